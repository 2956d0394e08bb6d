import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-layers"; // registers tfjs's gradients
import { ready, setBackend } from "@tensorflow/tfjs-core";

/** The tfjs backend that stands in for both below: `tensorflow`, of the real tfjs-node, in `npm run test:tfjs-node`. */
const instead = process.env["GAN_TEST_BACKEND"];

/**
 * Makes a backend that computes eagerly on the processor the current one, gradients included: tfjs's plain JavaScript,
 * or the one that GAN_TEST_BACKEND names.
 */
export const useCpuBackend = (): Promise<void> => makeCurrent(instead ?? "cpu");

/**
 * Makes the backend that training runs on the current one: `ort`, which the test file imports, or the one that
 * GAN_TEST_BACKEND names. A test that is about `ort` itself sets it by its name instead.
 */
export const useTrainingBackend = (): Promise<void> => makeCurrent(instead ?? "ort");

async function makeCurrent(name: string): Promise<void> {
  const isSet = await setBackend(name); // tfjs only warns when it fails, and takes another
  await ready();
  if (!isSet) throw new Error(`the backend ${name} cannot be made`);
}
