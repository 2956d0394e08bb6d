/**
 * Times one training step of image-to-image and conditional networks on the backend, in turn with the same step in
 * the newest PyTorch at its best setting.
 *
 *     pnpm --filter @gan/backend-ort bench:networks [--json FILE] [--rounds N] [--networks cyclegan-64x1x32,…]
 *         [--provider cpu] [--threads N] [--turn-millis N]
 */
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { findPeers, measureAll, measureOptions } from "./measure-all.js";
import {
  createNetworkStep,
  createNetworkWorkload,
  defaultWorkloads,
  parseNetwork,
} from "./networks/workloads.js";

const { values } = parseArgs({
  options: { ...measureOptions, networks: { type: "string", default: defaultWorkloads } },
});
await tf.setBackend("ort");
const workloads = values.networks.split(",").map((text) => {
  const { network, size } = parseNetwork(text);
  const step = createNetworkStep(network, size);
  tf.disposeVariables();
  return createNetworkWorkload(text, step.neededOperations);
});
const { found, missing } = findPeers(["torch"]);
for (const text of missing) console.error(text);
await measureAll(workloads, values, () => found);
for (const text of missing) console.log(`\n${text}`);
