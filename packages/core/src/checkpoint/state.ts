import { z } from "zod";
import { CheckpointError } from "../errors/index.js";

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const scoreSchema = z.strictObject({
  /** What was measured, for example `fid`. */
  name: z.string(),
  value: z.number(),
  better: z.enum(["lower", "higher"]),
});

/** How good a checkpoint is, by one measure. */
export type CheckpointScore = z.output<typeof scoreSchema>;

const stateSchema = z.strictObject({
  /** Version of this layout. */
  format: z.literal(1),
  /** The variant's name, for example `dcgan`. */
  variant: z.string(),
  /** The run's whole configuration. */
  config: z.json(),
  trainer: z.strictObject({
    stepsTaken: count,
    imagesSeen: count,
    noise: z.strictObject({ seed: count, stream: z.string(), drawn: count }),
    updates: z.record(z.string(), count),
    holders: z.record(z.string(), z.json()),
    optimizers: z.string().optional(),
  }),
  /** Which backend and device computed it; bits of another differ. */
  backend: z.json(),
  score: scoreSchema.optional(),
  /** SHA-256 of each tensor file beside it, in hexadecimal. */
  files: z.record(z.string(), sha256),
  /** SHA-256 of this state as indented JSON without the checksum. */
  checksum: sha256,
});

/** The content of a checkpoint's `state.json`. */
export type CheckpointState = z.output<typeof stateSchema>;

/**
 * Reads a `state.json`.
 *
 * @param source What to call it in an error, for example its path.
 * @throws CheckpointError when it is no JSON or not of this layout.
 */
export function parseCheckpointState(text: string, source: string): CheckpointState {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError("core", `${source} is damaged: it is not JSON. Use an earlier checkpoint.`, {
      cause,
    });
  }
  const parsed = stateSchema.safeParse(json);
  if (!parsed.success) {
    const problems = z.prettifyError(parsed.error);
    throw new CheckpointError("core", `${source} is not a state of this version:\n${problems}`);
  }
  return parsed.data;
}
