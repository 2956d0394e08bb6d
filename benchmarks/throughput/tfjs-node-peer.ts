import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type FoundPeer, ourCommand } from "../../packages/backend-ort/bench/peers.js";

/**
 * The same step by the same packages on the real tfjs-node instead of `ort`, at two threads and at one.
 *
 * @throws Error where it is not built.
 */
export function findTfjsNode(): FoundPeer {
  const install = "npm run tfjs-node -- install";
  const addon = "../../node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node";
  if (!existsSync(fileURLToPath(new URL(addon, import.meta.url)))) {
    throw new Error(`The real tfjs-node is needed: ${install}`);
  }
  return {
    name: "tfjs-node",
    install,
    candidates: [{ options: [] }],
    threads: [2, 1],
    command: (work, _candidate, threads) => ourCommand(work, ["--backend", "tfjs-node"], threads),
  };
}
