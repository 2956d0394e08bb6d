import * as ort from "onnxruntime-web/wasm";
import { showPixels } from "./show-pixels.js";

/** Colours what is drawn, [size, size, 3] in [-1, 1] inside. */
export type ColourDrawing = () => Promise<void>;

/**
 * Loads the translator, which prepare-models.ts exported.
 *
 * @returns What translates the drawing and shows the result.
 */
export async function openColours(
  drawing: HTMLCanvasElement,
  coloured: HTMLCanvasElement,
): Promise<ColourDrawing> {
  ort.env.wasm.numThreads = 1; // more need a page that is isolated from other origins
  const session = await ort.InferenceSession.create(`${import.meta.env.BASE_URL}openmoji-64.onnx`);
  const { width, height } = drawing;
  const size = width * height;
  return async () => {
    const { data } = (drawing.getContext("2d") as CanvasRenderingContext2D).getImageData(0, 0, width, height);
    const source = new Float32Array(size * 3); // NHWC
    for (let place = 0; place < size; place++) {
      for (let channel = 0; channel < 3; channel++) {
        source[place * 3 + channel] = (data[place * 4 + channel] as number) / 127.5 - 1;
      }
    }
    const input = new ort.Tensor("float32", source, [1, height, width, 3]);
    const { images } = await session.run({ source: input });
    const values = images?.data as Float32Array;
    const pixels = Uint8Array.from(values, (value) =>
      Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5),
    );
    showPixels(coloured, { width, height, channels: 3, pixels });
  };
}
