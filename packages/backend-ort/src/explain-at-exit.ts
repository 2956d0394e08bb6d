import { explainsAtExit } from "./config.js";
import { explain } from "./control.js";
import { formatReport } from "./report.js";

if (explainsAtExit) process.once("exit", () => process.stderr.write(formatReport(explain())));
