import { type Condition, type ForwardContext, Module, type Random } from "@gan/core";
import {
  add,
  cast,
  floor,
  greaterEqual,
  less,
  mul,
  slice,
  sub,
  type Tensor2D,
  type Tensor4D,
  type Variable,
  zeros,
} from "@tensorflow/tfjs-core";
import type { StyleganLiteConfig } from "./config.js";
import { Mapping } from "./mapping.js";
import { Synthesis } from "./synthesis.js";

/** Mapping and synthesis, which learn together. */
export class Generator extends Module {
  /** z → w. */
  readonly mapping: Mapping;
  /** Styles → picture. */
  readonly synthesis: Synthesis;
  /** Running mean of the path lengths, for their regularisation: a scalar. */
  readonly meanPathLength: Variable;
  readonly #config: StyleganLiteConfig;

  constructor(config: StyleganLiteConfig, random: Random) {
    super();
    this.#config = config;
    this.mapping = this.child("mapping", new Mapping(config, random));
    this.synthesis = this.child("synthesis", new Synthesis(config, random));
    this.meanPathLength = this.buffer("meanPathLength", () => zeros([]));
  }

  /**
   * The styles of pictures in training, one for each layer: [B, styleSize] each. `styleMixing` of the pictures
   * take the style of a second latent from a random layer on. Karras et al. 2019, section 3.1.
   *
   * @param prefix Of the names under which `ctx` is asked for noise: phases that give the same share it.
   */
  drawStyles(batch: number, ctx: ForwardContext, prefix: string, labels?: Condition): Tensor2D[] {
    const { latentSize, styleMixing } = this.#config;
    const draw = (name: string) => ctx.normal([batch, latentSize], `${prefix}.${name}`) as Tensor2D;
    const count = this.synthesis.styleCount;
    const first = this.mapping.forward(draw("latents"), ctx, labels);
    if (styleMixing === 0) return new Array<Tensor2D>(count).fill(first);
    // The second latents do not move the mean style.
    const still: ForwardContext = { ...ctx, updateBuffer() {} };
    const second = this.mapping.forward(draw("mixedLatents"), still, labels);
    const chances = ctx.uniform([batch, 2], `${prefix}.mixing`);
    const column = (index: number) => slice(chances, [0, index], [batch, 1]);
    const from = add(floor(mul(column(0), count - 1)), 1); // [B, 1]: 1 to count - 1
    const isMixed = cast(less(column(1), styleMixing), "float32");
    const difference = sub(second, first);
    return Array.from({ length: count }, (_, layer) => {
      if (layer === 0) return first;
      const share = mul(isMixed, cast(greaterEqual(layer, from), "float32"));
      return add(first, mul(difference, share)) as Tensor2D;
    });
  }

  /**
   * Pictures from latents, all layers with the same style.
   *
   * @param latents [B, latentSize], N(0, 1).
   * @param truncation ψ: see {@link Mapping.truncate}.
   * @returns [B, imageSize, imageSize, channels], about [-1, 1], not bounded.
   */
  forward(latents: Tensor2D, ctx: ForwardContext, labels?: Condition, truncation = 1): Tensor4D {
    const style = this.mapping.truncate(this.mapping.forward(latents, ctx, labels), truncation);
    return this.synthesis.forward(new Array<Tensor2D>(this.synthesis.styleCount).fill(style), ctx);
  }
}
