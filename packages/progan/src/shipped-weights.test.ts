import { fileURLToPath } from "node:url";
import { testShippedWeights } from "@gan/test-kit/variant";
import { runCli } from "./cli.js";
import { loadProgan, weightsFolder } from "./node/load-progan.js";

testShippedWeights("progan", {
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  weightsFolder,
  load: loadProgan,
  runCli,
});
