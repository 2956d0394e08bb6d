import { explain } from "@gan/backend-ort";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { BackendError } from "../errors/index.js";

/**
 * Makes the compiling backend the current one.
 *
 * @throws BackendError when ONNX Runtime cannot be loaded.
 */
export async function startBackend(): Promise<void> {
  let started = false;
  try {
    started = await setBackend("ort");
    await ready();
  } catch (cause) {
    throw new BackendError("core", `ONNX Runtime did not start: ${(cause as Error).message}`, { cause });
  }
  if (!started) throw new BackendError("core", "the backend ort could not be started.");
}

/** What computes, for checkpoints and reports; bits of another differ. */
export function describeBackend(): { backend: string; device: string } {
  return { backend: "ort", device: explain().provider.used };
}
