import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // registers tfjs's gradients
import { ready, setBackend } from "@tensorflow/tfjs-core";

/** Makes tfjs's plain JavaScript backend the current one, gradients included. */
export async function useCpuBackend(): Promise<void> {
  await setBackend("cpu");
  await ready();
}
