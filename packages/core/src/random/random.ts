import { ConfigError } from "../errors/index.js";
import { philoxBlock } from "./philox.js";

/** Everything a {@link Random} is: plain JSON, so that a checkpoint can hold it. */
export interface RandomState {
  /** Integer in [0, 2^53). */
  seed: number;
  /** Name path of the stream, `""` for the root. */
  stream: string;
  /** How many 32-bit words were drawn. */
  drawn: number;
}

/** Two independent 32-bit FNV-1a hashes of a stream's name, the upper half of its counters. */
function hashStream(name: string): [number, number] {
  let first = 0x811c9dc5;
  let second = 0x050c5d1f;
  for (let index = 0; index < name.length; index++) {
    const unit = name.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ (unit + 0x9e37), 0x01000193);
  }
  return name === "" ? [0, 0] : [first >>> 0, second >>> 0];
}

/**
 * A seeded, counter-based source of random numbers (Philox 4×32-10), passed explicitly to whatever
 * needs chance. Equal seed and stream give equal numbers; `fork` gives streams that do not
 * disturb each other; `state` and `restore` carry it over an interruption exactly.
 *
 * ```ts
 * const random = new Random(7);
 * const latents = random.fork("latents").normals(64 * 100); // Float32Array of N(0, 1)
 * ```
 */
export class Random {
  readonly #seed: number;
  readonly #stream: string;
  readonly #key: [number, number];
  readonly #streamHash: [number, number];
  readonly #block = new Uint32Array(4);
  #blockIndex = -1;
  #drawn = 0;

  /**
   * @param seed Integer in [0, 2^53).
   * @param stream Name of the stream; normally left to {@link fork}.
   * @throws ConfigError when the seed is no such integer.
   */
  constructor(seed: number, stream = "") {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new ConfigError(
        "core",
        `seed must be an integer from 0 to 2^53 - 1, got ${seed}. Use for example 7.`,
      );
    }
    this.#seed = seed;
    this.#stream = stream;
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32)];
    this.#streamHash = hashStream(stream);
  }

  /** Rebuilds a generator at the exact place where `state` was taken. */
  static restore(state: RandomState): Random {
    const random = new Random(state.seed, state.stream);
    if (!Number.isSafeInteger(state.drawn) || state.drawn < 0) {
      throw new ConfigError(
        "core",
        `a random state's drawn count must be a whole number, got ${state.drawn}. The state is damaged.`,
      );
    }
    random.#drawn = state.drawn;
    return random;
  }

  /** All that decides what is drawn next, JSON. */
  get state(): RandomState {
    return { seed: this.#seed, stream: this.#stream, drawn: this.#drawn };
  }

  /** An independent stream named below this one. Does not advance this generator. */
  fork(name: string): Random {
    return new Random(this.#seed, `${this.#stream}/${name}`);
  }

  /** A uniform integer in [0, 2^32). */
  uint32(): number {
    const blockIndex = Math.floor(this.#drawn / 4);
    if (blockIndex !== this.#blockIndex) {
      const [high0, high1] = this.#streamHash;
      const counter = [blockIndex >>> 0, Math.floor(blockIndex / 2 ** 32), high0, high1] as const;
      philoxBlock(counter, this.#key, this.#block);
      this.#blockIndex = blockIndex;
    }
    const word = this.#block[this.#drawn % 4] as number;
    this.#drawn++;
    return word;
  }

  /** A uniform number in [0, 1) with 32 random bits. */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /**
   * A uniform integer in [0, limit), without modulo bias.
   *
   * @param limit Integer in [1, 2^32].
   */
  integer(limit: number): number {
    const unbiased = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const word = this.uint32();
      if (word < unbiased) return word % limit;
    }
  }

  /**
   * Fills `target` with independent N(0, 1) values by the Box-Muller transform
   * `√(-2 ln u) · (cos 2πv, sin 2πv)`, u in (0, 1].
   */
  fillNormal(target: Float32Array): void {
    for (let index = 0; index < target.length; index += 2) {
      const radius = Math.sqrt(-2 * Math.log((this.uint32() + 1) / 2 ** 32));
      const angle = 2 * Math.PI * this.uniform();
      target[index] = radius * Math.cos(angle);
      if (index + 1 < target.length) target[index + 1] = radius * Math.sin(angle);
    }
  }

  /** `count` independent N(0, 1) values in a new array. */
  normals(count: number): Float32Array {
    const values = new Float32Array(count);
    this.fillNormal(values);
    return values;
  }

  /** `count` independent uniform values in [0, 1) in a new array: multiples of 2⁻²⁴, exact in float32. */
  uniforms(count: number): Float32Array {
    const values = new Float32Array(count);
    for (let index = 0; index < count; index++) values[index] = (this.uint32() >>> 8) / 2 ** 24;
    return values;
  }

  /** A uniformly random order of 0 to `count` - 1 (Fisher-Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const value = order[last] as number;
      order[last] = order[other] as number;
      order[other] = value;
    }
    return order;
  }
}
