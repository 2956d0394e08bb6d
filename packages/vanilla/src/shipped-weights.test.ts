import { fileURLToPath } from "node:url";
import { testShippedWeights } from "@gan/test-kit/variant";
import { runCli } from "./cli.js";
import { loadVanilla, weightsFolder } from "./node/load-vanilla.js";

testShippedWeights("vanilla", {
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  weightsFolder,
  load: loadVanilla,
  runCli,
});
