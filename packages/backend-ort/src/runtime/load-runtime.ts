import { createRequire } from "node:module";
import { ortBinding } from "./ort.js";

/**
 * Loads ONNX Runtime's native binary, which otherwise happens when the backend `ort` starts.
 *
 * @returns the version of onnxruntime-node
 * @throws BackendOrtError when the package or its binary for this platform is missing
 */
export function loadRuntime(): string {
  ortBinding();
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  return version;
}
