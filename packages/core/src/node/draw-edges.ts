import type { PixelImage } from "../data/index.js";

/** Gradients of an 8-bit picture from which an edge may begin, and down to which it goes on. */
const strong = 120;
const weak = 50;

/**
 * Draws a grey picture's edges black on white, one pixel wide: Sobel gradients, thinned to their ridges, kept
 * where they are strong or connected to what is. Canny 1986, on a picture that was blurred before.
 *
 * @returns [height, width] of 0 and 255.
 */
export function drawEdges({ width, height, pixels }: PixelImage): Uint8Array {
  const across = new Float32Array(width * height);
  const down = new Float32Array(width * height);
  const at = (x: number, y: number) =>
    pixels[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] as number;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = (dx: number) => at(x + dx, y - 1) + 2 * at(x + dx, y) + at(x + dx, y + 1);
      const row = (dy: number) => at(x - 1, y + dy) + 2 * at(x, y + dy) + at(x + 1, y + dy);
      across[y * width + x] = column(1) - column(-1);
      down[y * width + x] = row(1) - row(-1);
    }
  }
  return follow(thin(across, down, width, height), width, height);
}

/** Gradient magnitudes where no neighbour along the gradient has a larger one, zero elsewhere. */
function thin(across: Float32Array, down: Float32Array, width: number, height: number): Float32Array {
  const size = (place: number) => Math.hypot(across[place] as number, down[place] as number);
  const ridges = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const place = y * width + x;
      const own = size(place);
      if (own < weak) continue;
      // The gradient's direction, rounded to one of the eight neighbours.
      const dx = Math.round((across[place] as number) / own);
      const dy = Math.round((down[place] as number) / own);
      const isInside = (a: number, b: number) => a >= 0 && b >= 0 && a < width && b < height;
      const before = isInside(x - dx, y - dy) ? size((y - dy) * width + x - dx) : 0;
      const after = isInside(x + dx, y + dy) ? size((y + dy) * width + x + dx) : 0;
      if (own > before && own >= after) ridges[place] = own; // a ridge of two equals keeps one
    }
  }
  return ridges;
}

/** Ridges that are strong, and weak ones connected to them, as black on white. */
function follow(ridges: Float32Array, width: number, height: number): Uint8Array {
  const drawn = new Uint8Array(width * height).fill(255);
  const open: number[] = [];
  const draw = (place: number) => {
    drawn[place] = 0;
    open.push(place);
  };
  for (let place = 0; place < ridges.length; place++) {
    if ((ridges[place] as number) < strong || drawn[place] === 0) continue;
    draw(place);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [x, y] = [next % width, Math.floor(next / width)];
      for (let b = Math.max(0, y - 1); b <= Math.min(height - 1, y + 1); b++) {
        for (let a = Math.max(0, x - 1); a <= Math.min(width - 1, x + 1); a++) {
          const neighbour = b * width + a;
          if (drawn[neighbour] !== 0 && (ridges[neighbour] as number) >= weak) draw(neighbour);
        }
      }
    }
  }
  return drawn;
}
