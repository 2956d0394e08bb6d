/** Of the real tfjs-node, which is linked into node_modules only by who asks for it: `npm run tfjs-node -- install`. */
declare module "@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js" {
  import type { KernelBackend } from "@tensorflow/tfjs-core";

  export const NodeJSKernelBackend: new (addon: unknown, packageName: string) => KernelBackend;
}
declare module "@tensorflow/tfjs-node/dist/register_all_kernels.js";
