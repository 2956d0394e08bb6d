import { fileURLToPath } from "node:url";
import { testShippedWeights } from "@gan/test-kit/variant";
import { runCli } from "./cli.js";
import { loadCycleGan, weightsFolder } from "./node/load-cyclegan.js";

testShippedWeights("cyclegan", {
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  weightsFolder,
  load: loadCycleGan,
  runCli,
});
