import type { PixelImage } from "../data/index.js";
import { drawEdges } from "./draw-edges.js";
import { loadSharp } from "./load-sharp.js";

/** How the input of a pair is made of a photograph. */
export type Derivation =
  | { type: "edges" }
  | { type: "grey" }
  /** `reduction` times smaller by averaging, then enlarged again. */
  | { type: "low-resolution"; reduction: number };

/** Standard deviation in pixels of the blur before edges are looked for. */
const edgeBlur = 1;

/** Makes a pair's input of a photograph, of the same size and with 3 channels. */
export async function derivePicture(picture: PixelImage, derivation: Derivation): Promise<PixelImage> {
  const { width, height } = picture;
  const raw = { width, height, channels: picture.channels as 1 | 3 | 4 };
  const sharp = loadSharp();
  const image = sharp(picture.pixels, { raw, limitInputPixels: false }).removeAlpha();
  if (derivation.type === "low-resolution") {
    const shrink = (side: number) => Math.max(1, Math.round(side / derivation.reduction));
    const small = await image
      .resize(shrink(width), shrink(height), { fit: "fill", kernel: "linear" })
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width: across, height: down, channels } = small.info;
    const enlarged = sharp(small.data, { raw: { width: across, height: down, channels: channels as 3 } });
    return toColour(
      await enlarged.resize(width, height, { fit: "fill", kernel: "cubic" }).raw().toBuffer(),
      width,
      height,
    );
  }
  const grey = image.toColourspace("b-w");
  if (derivation.type === "grey") return toColour(await grey.raw().toBuffer(), width, height);
  const blurred = await grey.blur(edgeBlur).toColourspace("b-w").raw().toBuffer();
  return toColour(drawEdges({ width, height, channels: 1, pixels: blurred }), width, height);
}

/** Three channels of either one or three. */
function toColour(pixels: Uint8Array, width: number, height: number): PixelImage {
  if (pixels.length === width * height * 3) return { width, height, channels: 3, pixels };
  const colour = new Uint8Array(width * height * 3);
  for (let index = 0; index < colour.length; index++) colour[index] = pixels[Math.floor(index / 3)] as number;
  return { width, height, channels: 3, pixels: colour };
}
