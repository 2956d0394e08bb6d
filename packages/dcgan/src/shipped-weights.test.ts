import { fileURLToPath } from "node:url";
import { testShippedWeights } from "@gan/test-kit/variant";
import { runCli } from "./cli.js";
import { loadDcgan, weightsFolder } from "./node/load-dcgan.js";

testShippedWeights("dcgan", {
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  weightsFolder,
  load: loadDcgan,
  runCli,
});
