/**
 * Times one DCGAN training step on the backend, in turn with the same step in other frameworks.
 *
 *     pnpm --filter @gan/backend-ort bench:step [--json FILE] [--rounds N] [--size 64x64x64,…] [--peers torch,debian,jax,tfjs-cpu]
 *         [--provider cpu] [--threads N] [--turn-millis N]
 */
import { parseArgs } from "node:util";
import { findPeers, measureAll, measureOptions } from "./measure-all.js";
import { peerNames } from "./peers.js";
import { defaultSizes, parseSize } from "./sizes.js";
import { createDcganWorkload } from "./workload.js";

const { values } = parseArgs({
  options: {
    ...measureOptions,
    size: { type: "string", default: defaultSizes },
    peers: { type: "string", default: peerNames.join() },
  },
});
const workloads = values.size.split(",").map(parseSize).map(createDcganWorkload);
const smallest = Math.min(...workloads.map(({ neededOperations }) => neededOperations));
const { found, missing } = findPeers(values.peers.split(",").filter(Boolean));
for (const text of missing) console.error(text);
// tfjs-backend-cpu needs hundreds of seconds for a larger step.
await measureAll(workloads, values, ({ neededOperations }) =>
  found.filter(({ name }) => name !== "tfjs-cpu" || neededOperations === smallest),
);
for (const text of missing) console.log(`\n${text}`);
