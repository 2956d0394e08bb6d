import { CheckpointError, type ForwardContext, type StateHolder } from "@gan/core";
import {
  add,
  cast,
  concat,
  equal,
  floor,
  gather,
  greaterEqual,
  less,
  logicalAnd,
  logicalNot,
  minimum,
  mul,
  range,
  reshape,
  type Scalar,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tidy,
  type Variable,
  variable,
  where,
  zeros,
} from "@tensorflow/tfjs-core";

/** What an {@link ImagePool} holds. */
export interface ImagePoolOptions {
  /** Pictures that it remembers; 0 gives every picture back. */
  size: number;
  /** Side of the pictures in pixels. */
  imageSize: number;
  /** Channels of the pictures. */
  channels: number;
}

/**
 * A history of generated pictures for a discriminator, so that it forgets less. The first `size` are kept
 * and given back; from then on each is, with probability ½, exchanged for a remembered one, which the
 * discriminator sees instead. Shrivastava et al. 2017; Zhu et al. 2017, section 4.
 *
 * All of it happens inside the compiled step: the pictures and their count are variables, what is exchanged
 * is decided by the step's seeded noise, and both are part of the checkpoint, so a resumed run draws the
 * same. Owns its variables until {@link dispose}.
 */
export class ImagePool implements StateHolder {
  readonly #options: ImagePoolOptions;
  /** [size, imageSize, imageSize, channels]. */
  readonly #pictures: Variable | undefined;
  /** How many of them are filled, a float32 scalar. */
  readonly #count: Variable | undefined;

  constructor(options: ImagePoolOptions) {
    this.#options = options;
    const { size, imageSize, channels } = options;
    if (size === 0) return;
    this.#pictures = tidy(() => variable(zeros([size, imageSize, imageSize, channels]), false));
    this.#count = tidy(() => variable(zeros([]), false));
  }

  /**
   * Gives, for each picture, itself or one from the history, and remembers.
   *
   * @param fakes [B, imageSize, imageSize, channels]; no gradient flows through what comes back from the history.
   * @param name Of the noise that decides, two uniform numbers for each picture.
   * @returns The same shape.
   */
  exchange(fakes: Tensor4D, ctx: ForwardContext, name: string): Tensor4D {
    if (this.#pictures === undefined || this.#count === undefined) return fakes;
    const { size } = this.#options;
    const [batch] = fakes.shape;
    const draws = ctx.uniform([batch, 2], name);
    const given: Tensor4D[] = [];
    let pictures: Tensor = this.#pictures;
    let count: Tensor = this.#count;
    for (let index = 0; index < batch; index++) {
      const fake = slice(fakes, [index, 0, 0, 0], [1, -1, -1, -1]) as Tensor4D;
      const draw = (column: number) => reshape(slice(draws, [index, column], [1, 1]), []) as Scalar;
      const isFull = greaterEqual(count, size);
      const isExchanged = logicalAnd(isFull, less(draw(0), 0.5));
      const slot = where(isFull, floor(mul(draw(1), size)), count); // the next free one until it is full
      const known = gather(pictures, cast(reshape(slot, [1]), "int32")) as Tensor4D;
      given.push(where(isExchanged, known, fake) as Tensor4D);
      // Kept when there is room or it is exchanged; a full pool else stays as it is.
      const isKept = logicalAnd(equal(range(0, size) as Tensor1D, slot), orNot(isExchanged, isFull));
      pictures = where(reshape(isKept, [size, 1, 1, 1]), fake, pictures);
      count = minimum(add(count, 1), size);
    }
    ctx.updateBuffer(this.#pictures, () => pictures);
    ctx.updateBuffer(this.#count, () => count);
    return given.length === 1 ? (given[0] as Tensor4D) : concat(given);
  }

  /** Its size, JSON; what it remembers is in {@link namedVariables}. */
  save(): unknown {
    return { size: this.#options.size };
  }

  /** @throws CheckpointError when the saved pool has another size. */
  load(json: unknown): void {
    const { size } = this.#options;
    const saved = (json as { size?: unknown } | null)?.size;
    if (saved === size) return;
    throw new CheckpointError(
      "cyclegan",
      `the saved pool holds ${saved} pictures, this one ${size}. Use the poolSize that it was trained with.`,
    );
  }

  /** The remembered pictures, by name, for the checkpoint. */
  namedVariables(): Map<string, Variable> {
    if (this.#pictures === undefined || this.#count === undefined) return new Map();
    return new Map([
      ["pictures", this.#pictures],
      ["count", this.#count],
    ]);
  }

  /** Frees the remembered pictures. */
  dispose(): void {
    for (const owned of this.namedVariables().values()) owned.dispose();
  }
}

/** a ∨ ¬b */
const orNot = (a: Tensor, b: Tensor): Tensor => logicalNot(logicalAnd(logicalNot(a), b));
