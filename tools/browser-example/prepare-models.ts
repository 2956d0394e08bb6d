/** Writes the networks that the page runs with ONNX Runtime Web into `public`, from the shipped weights. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exportOnnx, loadPix2Pix, startBackend } from "@gan/pix2pix/node";

/** What the page fetches beside itself. */
export const publicFolder = fileURLToPath(new URL("public", import.meta.url));

/** Exports Pix2Pix for pictures as they lie in a canvas: NHWC. */
export async function prepareModels(folder = publicFolder): Promise<void> {
  await startBackend("ort");
  const { bytes } = await exportOnnx(await loadPix2Pix("openmoji-64"));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "openmoji-64.onnx"), bytes);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepareModels();
