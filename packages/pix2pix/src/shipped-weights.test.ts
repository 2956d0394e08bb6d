import { fileURLToPath } from "node:url";
import { testShippedWeights } from "@gan/test-kit/variant";
import { runCli } from "./cli.js";
import { loadPix2Pix, weightsFolder } from "./node/load-pix2pix.js";

testShippedWeights("pix2pix", {
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  weightsFolder,
  load: loadPix2Pix,
  runCli,
});
