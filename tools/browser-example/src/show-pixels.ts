import type { PixelImage } from "@gan/dcgan";

/** Shows a picture on a canvas, which takes its size. */
export function showPixels(canvas: HTMLCanvasElement, { width, height, channels, pixels }: PixelImage): void {
  const image = new ImageData(width, height);
  for (let place = 0; place < width * height; place++) {
    const color = (channel: number) => pixels[place * channels + (channels < 3 ? 0 : channel)] as number;
    image.data.set([color(0), color(1), color(2), 255], place * 4);
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
