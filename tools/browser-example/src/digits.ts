import { composePixelGrid, createInferenceContext, Random, restoreDcgan } from "@gan/dcgan";
import weights from "@gan/dcgan/weights/mnist-32/generator.safetensors?url";
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-backend-webgl";
import { getBackend, ready, setBackend } from "@tensorflow/tfjs-core";
import { showPixels } from "./show-pixels.js";

const [count, columns] = [32, 8];

/** Makes digits of a seed and shows them. */
export type ShowDigits = (seed: number) => Promise<void>;

/**
 * Loads the generator, on the graphics card where the browser has one.
 *
 * @param backend Default: WebGL, else the plain one.
 * @returns What shows digits, and the backend's name.
 */
export async function openDigits(
  canvas: HTMLCanvasElement,
  backend?: string,
): Promise<{ show: ShowDigits; backend: string }> {
  const isThere = await setBackend(backend ?? "webgl").catch(() => false);
  if (!isThere) await setBackend("cpu");
  await ready();
  const response = await fetch(weights);
  if (!response.ok) throw new Error(`the digits' weights cannot be loaded: ${response.status}`);
  const dcgan = restoreDcgan({ generator: new Uint8Array(await response.arrayBuffer()) });
  return {
    backend: getBackend(),
    async show(seed) {
      const images = dcgan.sample({ count }, createInferenceContext(new Random(seed).fork("page")));
      const values = Float32Array.from(await images.data());
      images.dispose();
      showPixels(canvas, composePixelGrid({ shape: images.shape, values }, columns));
    },
  };
}
