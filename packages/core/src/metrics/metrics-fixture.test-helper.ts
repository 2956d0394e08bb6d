import { readFileSync } from "node:fs";
import type { PixelImage } from "../data/index.js";
import type { FeatureMatrix } from "./check-features.js";

/** What fixtures/metrics/make.py wrote. */
interface MetricsFixture {
  frechet: {
    name: string;
    size: number;
    real: string;
    fake: string;
    torchFidelity: number;
    pytorchFid: number;
    cleanFid: number;
    singularValues: number;
  }[];
  kid: { rows: { real: number[]; fake: number[] }[]; mean: number; deviation: number };
  is: { size: number; logits: string; order: number[]; mean: number; deviation: number };
  prdc: { precision: number; recall: number; density: number; coverage: number };
  pictures: {
    height: number;
    width: number;
    channels: number;
    psnr: number;
    ssim: number;
    ssimTorchmetrics: number;
    msSsim?: number;
  }[];
}

const file = new URL("../../fixtures/metrics/metrics.json", import.meta.url);

export const fixture = JSON.parse(readFileSync(file, "utf8")) as MetricsFixture;

/** Features from base64 of little-endian float32. */
export function decodeFeatures(text: string, size: number): FeatureMatrix {
  const bytes = Buffer.from(text, "base64");
  const values = new Float32Array(bytes.length / 4).map((_, index) => bytes.readFloatLE(4 * index));
  return { values, count: values.length / size, size };
}

/** The picture that make.py calls by the same name. */
export function drawPicture(height: number, width: number, channels: number, seed: number): PixelImage {
  const pixels = new Uint8Array(height * width * channels);
  for (let index = 0; index < pixels.length; index++) {
    const c = index % channels;
    const x = Math.floor(index / channels) % width;
    const y = Math.floor(index / channels / width);
    const wave = (x * 3 + y * 5 + c * 40 + Math.floor((x * y) / 16)) % 256;
    const noise = (x * 7919 + y * 104_729 + c * 1_299_709 + seed * 15_485_863) % 61;
    pixels[index] = Math.min(255, wave + (seed > 0 ? noise : 0));
  }
  return { width, height, channels, pixels };
}
