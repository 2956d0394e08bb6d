// Run by start-backend.test.ts as a process of its own: node <this> <cases>.
import Module, { createRequire } from "node:module";
import { join } from "node:path";
import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import type { BackendName } from "./backend-names.js";
import { startBackend } from "./start-backend.js";

const util = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
delete util["isNullOrUndefined"]; // as Node.js 23 does

// Resolves onnxruntime-node from another folder, as where an installation lost its binary.
const from = process.env["ORT_FROM"];
if (from) {
  const loader = Module as unknown as { _resolveFilename(request: string, ...rest: unknown[]): string };
  const resolve = loader._resolveFilename;
  loader._resolveFilename = (request, ...rest) => {
    const place = request.startsWith("onnxruntime-node") ? join(from, "node_modules", request) : request;
    return resolve.call(loader, place, ...rest);
  };
}

interface Case {
  request: BackendName;
  folder?: string;
  environment?: Record<string, string>;
}

for (const { request, folder, environment } of JSON.parse(process.argv[2] as string) as Case[]) {
  const faults: string[] = [];
  const warnings: string[] = [];
  console.warn = (...texts) => void warnings.push(texts.join(" "));
  Object.assign(process.env, { GAN_ORT_PROVIDER: "" }, environment);
  try {
    const running = await startBackend(request, {
      onFault: (message) => void faults.push(message),
      folders: folder === undefined ? undefined : [folder],
    });
    const tf = await import("@tensorflow/tfjs-core");
    const sum = [...tf.add(tf.tensor1d([1, 2]), tf.tensor1d([1, 2])).dataSync()];
    const pad = (x: Tensor) => tf.sum(tf.mirrorPad(x as Tensor1D, [[1, 1]], "reflect")) as Scalar;
    const gradient = [
      ...tf
        .grad(pad)(tf.tensor1d([1, 2]))
        .dataSync(),
    ];
    const { node } = process.versions;
    const current = tf.getBackend();
    console.log(JSON.stringify({ node, running, sum, gradient, current, faults, warnings }));
  } catch (error) {
    const { name, message } = error as Error;
    console.log(JSON.stringify({ name, error: message, faults }));
  }
}
