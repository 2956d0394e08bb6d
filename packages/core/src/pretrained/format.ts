import { z } from "zod";
import { decodeSafetensors, decodeSafetensorsMetadata, type HostTensor } from "../checkpoint/index.js";
import { CheckpointError } from "../errors/index.js";

/** Version of the layout of {@link PretrainedFiles}. */
export const pretrainedFormat = 1;

/** The two files of a model, without their ending. */
export const pretrainedParts = ["generator", "discriminator"] as const;
/** One of them. */
export type PretrainedPart = (typeof pretrainedParts)[number];

/** Where a file says what it is, all of it text, as safetensors wants it. */
export const pretrainedFile = (part: PretrainedPart) => `${part}.safetensors`;

/** Whether a network belongs into the discriminator's file. */
export const isDiscriminator = (network: string) => network.startsWith("discriminator");

const factsSchema = z.object({
  variant: z.string(),
  /** The preset's name. */
  preset: z.string(),
  part: z.enum(pretrainedParts),
  /** Images that the weights have learned from. */
  imagesSeen: z.int().nonnegative(),
  /** The whole configuration of the run, JSON. */
  config: z.looseObject({ model: z.looseObject({}) }),
  /** What state holders without tensors saved, such as how far a model has grown, JSON by name. */
  holders: z.record(z.string(), z.json()),
  /** The score by which the weights were chosen among a run's. */
  score: z.object({ name: z.string(), value: z.number(), better: z.enum(["lower", "higher"]) }).optional(),
  /** What was measured of the weights, JSON. */
  figures: z.record(z.string(), z.json()).optional(),
});

/** What a file of pretrained weights says of itself. */
export type PretrainedFacts = z.output<typeof factsSchema>;

/** The facts as a safetensors file's metadata. */
export function encodeFacts({ variant, preset, part, ...others }: PretrainedFacts): Record<string, string> {
  const texts = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, JSON.stringify(value)]);
  return {
    format: String(pretrainedFormat),
    layout: "NHWC",
    variant,
    preset,
    part,
    ...Object.fromEntries(texts),
  };
}

/** What is expected of a file. */
export interface ExpectedFile {
  /** What to call it in errors, for example its path. */
  source: string;
  part: PretrainedPart;
  variant: string;
  /** Refuses weights of another preset. Default: no preset is refused. */
  preset?: string | undefined;
}

/**
 * Reads what a file of pretrained weights says of itself.
 *
 * @throws CheckpointError when the file is damaged, of a newer format, or of another variant, preset or part.
 */
export function readPretrainedFacts(bytes: Uint8Array, expected: ExpectedFile): PretrainedFacts {
  const { source, variant, preset, part } = expected;
  const { format, layout: _, ...texts } = decodeSafetensorsMetadata(bytes, source);
  const refuse = (what: string, cause?: unknown) =>
    new CheckpointError(variant, `${source} ${what}`, cause === undefined ? {} : { cause });
  if (!/^\d+$/.test(format ?? "")) {
    throw refuse(
      "says no format, so it holds no pretrained weights. Take files that export --format pretrained made.",
    );
  }
  if (Number(format) > pretrainedFormat) {
    throw refuse(
      `has format ${format}, which is newer than ${pretrainedFormat}, the newest that this version reads. Update @gan/${variant}.`,
    );
  }
  if (texts["variant"] !== variant)
    throw refuse(`holds weights of ${texts["variant"]}, not of ${variant}. Use that package.`);
  if (texts["part"] !== part)
    throw refuse(`holds the ${texts["part"]}'s weights where the ${part}'s belong. Exchange the files.`);
  if (preset !== undefined && texts["preset"] !== preset) {
    throw refuse(
      `holds weights of the preset ${texts["preset"]}, not of ${preset}. Install the package again.`,
    );
  }
  try {
    const plain = ["variant", "preset", "part"];
    const values = Object.entries(texts).map(([key, text]) => [
      key,
      plain.includes(key) ? text : JSON.parse(text),
    ]);
    return factsSchema.parse(Object.fromEntries(values));
  } catch (cause) {
    throw refuse("is damaged: what it says of itself cannot be read. Install the package again.", cause);
  }
}

/** As {@link readPretrainedFacts}, with the tensors by `<network>.<name>`. */
export function readPretrained(
  bytes: Uint8Array,
  expected: ExpectedFile,
): PretrainedFacts & { tensors: Map<string, HostTensor> } {
  const facts = readPretrainedFacts(bytes, expected);
  return { ...facts, tensors: decodeSafetensors(bytes, expected.source) };
}
