import { assignVariables } from "../checkpoint/index.js";
import { withoutInitialValues } from "../nn/index.js";
import { prefixVariables } from "../train/index.js";
import { listPart, type StoredVariant } from "./encode-pretrained.js";
import { isDiscriminator, type PretrainedFacts, readPretrained, readPretrainedFacts } from "./format.js";

/** The bytes of a model's files. */
export interface PretrainedFiles {
  /** Of `generator.safetensors`. */
  generator: Uint8Array;
  /** Of `discriminator.safetensors`. Default: the discriminator stays as it is. */
  discriminator?: Uint8Array | undefined;
  /** What to call them in errors, for example their folder. */
  source?: string | undefined;
  /** Refuses weights of another preset. */
  preset?: string | undefined;
}

/**
 * Gives a variant pretrained weights: the averages, and what they are averages of, become the generator's file's.
 *
 * @throws CheckpointError when a file is damaged, of a newer format, of another variant, preset or architecture.
 */
export function restorePretrained(variant: StoredVariant, files: PretrainedFiles): PretrainedFacts {
  const { source = "the pretrained weights", preset } = files;
  const expected = { source, variant: variant.name, preset };
  const generator = readPretrained(files.generator, { ...expected, part: "generator" });
  const { tensors, ...facts } = generator;
  assignVariables(listPart(variant, "generator"), tensors, source);
  const averaged = Object.keys(variant.averages).filter((name) => !isDiscriminator(name));
  if (averaged.length > 0) {
    const followed = Object.keys(variant.networks).filter((name) => !isDiscriminator(name));
    const weights = followed.map(
      (name) => [name, variant.networks[name]?.namedVariables() ?? new Map()] as const,
    );
    assignVariables(prefixVariables(weights), tensors, source);
  }
  for (const [name, holder] of Object.entries(variant.state ?? {})) {
    if (Object.hasOwn(facts.holders, name)) holder.load(facts.holders[name]);
  }
  if (files.discriminator !== undefined) {
    const discriminator = readPretrained(files.discriminator, { ...expected, part: "discriminator" });
    assignVariables(listPart(variant, "discriminator"), discriminator.tensors, source);
  }
  return facts;
}

/**
 * Makes the function that builds a variant from the bytes of pretrained weights, wherever they come from: a file, a
 * `fetch`.
 *
 * @param name The variant's.
 * @param create Builds it from the section `model` of a configuration.
 */
export function createRestorer<V extends StoredVariant, Options>(
  name: string,
  create: (options: Options) => V,
): (files: PretrainedFiles) => V {
  return (files) => {
    const { source = "the pretrained weights", preset } = files;
    const expected = { source, variant: name, preset, part: "generator" } as const;
    const { config } = readPretrainedFacts(files.generator, expected);
    const build = () => create(config.model as Options);
    const variant = files.discriminator === undefined ? build() : withoutInitialValues(build);
    restorePretrained(variant, files);
    return variant;
  };
}
