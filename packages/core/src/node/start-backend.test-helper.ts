// Run by start-backend.test.ts as a process of its own: node <this> <cases>.
import Module, { createRequire } from "node:module";
import { join } from "node:path";
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
  Object.assign(process.env, { GAN_ORT_PROVIDER: "" }, environment);
  try {
    const running = await startBackend(request, {
      onFault: (message) => void faults.push(message),
      folders: folder === undefined ? undefined : [folder],
    });
    const tf = await import("@tensorflow/tfjs-core");
    const sum = [...tf.add(tf.tensor1d([1, 2]), tf.tensor1d([1, 2])).dataSync()];
    console.log(JSON.stringify({ running, sum, current: tf.getBackend(), faults }));
  } catch (error) {
    const { name, message } = error as Error;
    console.log(JSON.stringify({ name, error: message, faults }));
  }
}
