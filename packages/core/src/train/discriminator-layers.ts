import { ConfigError } from "../errors/index.js";
import type { Variant } from "./variant.js";

/** `blocks.2.conv.weight` → `blocks.2`, `fromImage.weight` → `fromImage`. */
const layerOf = (name: string) => /^[^.]+(?:\.\d+(?=\.))?/.exec(name)?.[0] ?? name;

/** The weights of a variant's discriminators by layer, from the picture to the score: `<network>.<name>`. */
function listLayers(variant: Pick<Variant, "networks" | "discriminatorLayers">): string[][] {
  const layers: string[][] = [];
  const discriminators = Object.keys(variant.networks).filter((name) => name.startsWith("discriminator"));
  for (const network of discriminators) {
    const names = [...(variant.networks[network] as Variant["networks"][string]).namedVariables().keys()];
    const order = variant.discriminatorLayers ?? [...new Set(names.map(layerOf))];
    for (const [index, layer] of order.entries()) {
      const own = names.filter((name) => layerOf(name) === layer).map((name) => `${network}.${name}`);
      layers[index] = [...(layers[index] ?? []), ...own];
    }
  }
  return layers;
}

/**
 * The weights and running statistics in the discriminators' first layers, those next to the picture, which know what
 * pictures are made of: kept as they are, they let a model be fine-tuned on few pictures. Mo, Cho, Shin 2020 (FreezeD).
 *
 * @param count Layers of each discriminator.
 * @returns Names as `<network>.<name>`.
 * @throws ConfigError when nothing would be left to train.
 */
export function listFirstLayers(
  variant: Pick<Variant, "name" | "networks" | "discriminatorLayers">,
  count: number,
): ReadonlySet<string> {
  const layers = listLayers(variant);
  if (count >= layers.length) {
    throw new ConfigError(
      variant.name,
      `at most ${layers.length - 1} of the discriminator's ${layers.length} layers can be frozen, got ${count}.`,
    );
  }
  return new Set(layers.slice(0, count).flat());
}
