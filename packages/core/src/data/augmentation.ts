import { ConfigError } from "../errors/index.js";
import { Random } from "../random/index.js";

/** What is done to each picture anew whenever it is seen. */
export interface Augmentation {
  /** Which part of a picture that is larger than `imageSize` is taken. Default `center`. */
  crop?: "center" | "random";
  /** Mirror every other picture, left to right. Default false. */
  flip?: boolean;
}

/** One picture's chances. */
export interface View {
  /** Shares in [0, 1) of the room for the part's top and left. 0.5 is the centre. */
  top: number;
  left: number;
  flipped: boolean;
}

const centred: View = { top: 0.5, left: 0.5, flipped: false };

/** Numbers drawn for a picture: two shares and a coin, in a block of Philox of their own. */
const numbersPerView = 4;

/**
 * What happens to the picture at a place of an epoch. Each place has its own random numbers, so that a
 * run which goes on from there sees the same.
 */
export function chooseView(random: Random, augmentation: Augmentation, epoch: number, place: number): View {
  const { crop = "center", flip = false } = augmentation;
  if (crop === "center" && !flip) return centred;
  const stream = random.fork(`views-${epoch}`).state;
  const own = Random.restore({ ...stream, drawn: place * numbersPerView });
  const [top, left] = [own.uniform(), own.uniform()];
  const flipped = flip && own.uniform() < 0.5;
  return crop === "random" ? { top, left, flipped } : { ...centred, flipped };
}

/**
 * Where the part of `size` begins within `length` pixels; negative for a border around a smaller picture.
 */
export function placePart(length: number, size: number, share: number): number {
  const room = length - size;
  return room < 0 ? -(-room >> 1) : Math.floor(share * (room + 1));
}

/** Refuses pictures that are too large to be taken whole when no part was asked for. */
export function checkRoom(
  set: { name: string; height: number; width: number },
  imageSize: number,
  augmentation: Augmentation,
): void {
  const { name, height, width } = set;
  if (augmentation.crop !== undefined || (height <= imageSize && width <= imageSize)) return;
  throw new ConfigError(
    "core",
    `imageSize must be at least ${Math.max(height, width)} for ${name} (${height}×${width}), got ${imageSize}. Choose a crop, or let the pictures be resized.`,
  );
}
