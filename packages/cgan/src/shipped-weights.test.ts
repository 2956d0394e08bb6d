import { fileURLToPath } from "node:url";
import { testShippedWeights } from "@gan/test-kit/variant";
import { runCli } from "./cli.js";
import { loadCgan, weightsFolder } from "./node/load-cgan.js";

testShippedWeights("cgan", {
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  weightsFolder,
  load: loadCgan,
  runCli,
});
