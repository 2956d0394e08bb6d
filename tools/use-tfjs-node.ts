// Loaded before every test file of `npm run test:tfjs-node`, and before @gan/core, whose gradients then come last.
import { createRequire } from "node:module";

process.env.TF_CPP_MIN_LOG_LEVEL ??= "1";
createRequire(import.meta.url)("@tensorflow/tfjs-node");
