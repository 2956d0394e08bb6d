import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findBackend, registerBackend } from "@tensorflow/tfjs-core";
import { NodeJSKernelBackend } from "@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js";
import "@tensorflow/tfjs-node/dist/register_all_kernels.js";

/** The real tfjs-node: its backend and kernels from its package, bundled onto the one copy of tfjs-core, and its addon. */
export function start(): void {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("@tensorflow/tfjs-node/package.json"));
  const addon = join(folder, "lib", "napi-v8", "tfjs_binding.node");
  if (!existsSync(addon)) throw new Error(`${addon} is missing: npm run tfjs-node -- install`);
  const util = require("node:util") as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined ??= (value) => value === null || value === undefined; // Node.js 23 removed it
  registerBackend("tensorflow", () => new NodeJSKernelBackend(require(addon), "@tensorflow/tfjs-node"), 3);
  // Else the suite would run on tfjs-backend-cpu: tfjs only warns where a backend cannot be made, and takes another.
  if (!findBackend("tensorflow"))
    throw new Error("tfjs-node's backend cannot be made; the warning above says why");
}

export function beforeCall(): void {}

export function afterSpec(): void {}

export function backendAccount(): undefined {
  return undefined;
}
