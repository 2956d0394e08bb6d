/** Writes the tables of guides anew from the results beside them: `pnpm --filter @gan/docs readme`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { guidesFolder } from "./lib/places.js";
import { renderRingGuide } from "./lib/ring-table.js";

writeFileSync(join(guidesFolder, "mode-collapse.md"), renderRingGuide().rendered);
