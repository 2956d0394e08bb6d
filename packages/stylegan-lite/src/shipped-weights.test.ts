import { fileURLToPath } from "node:url";
import { testShippedWeights } from "@gan/test-kit/variant";
import { runCli } from "./cli.js";
import { loadStyleganLite, weightsFolder } from "./node/load-stylegan-lite.js";

testShippedWeights("stylegan-lite", {
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  weightsFolder,
  load: loadStyleganLite,
  runCli,
});
