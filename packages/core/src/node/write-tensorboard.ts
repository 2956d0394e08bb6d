import { appendFile, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError } from "../errors/index.js";
import { encodeEventFile, type ScalarEvent } from "./event-records.js";
import { makeFolder } from "./make-folder.js";
import { type EventLine, type MetricLine, readRunLog, type StepLine } from "./run-log.js";

const kinds = ["losses", "reports", "gradientNorms", "learningRates"] as const;

/**
 * Writes what a run's log holds so far as a TensorBoard event file, `tensorboard/events.out.tfevents.<n>.gan`. A file
 * that is the beginning of it grows, so that a TensorBoard that watches goes on; after a run went back to a
 * checkpoint a new one takes its place. The step is the number of images.
 *
 * @throws CheckpointError when the log is damaged or the file cannot be written.
 */
export async function writeTensorboard(run: string): Promise<void> {
  const folder = join(run, "tensorboard");
  const { events, metrics } = await readRunLog(run);
  try {
    await makeFolder(folder);
    const startSeconds = Math.floor((await stat(join(run, "config.json"))).mtimeMs / 1000);
    const content = encodeEventFile(listScalars(events, metrics, startSeconds), startSeconds);
    const names = (await readdir(folder))
      .filter((name) => /^events\.out\.tfevents\.\d+\.gan$/.test(name))
      .sort();
    const last = names.at(-1);
    const existing = last === undefined ? undefined : await readFile(join(folder, last));
    if (
      last !== undefined &&
      existing !== undefined &&
      content.subarray(0, existing.length).equals(existing)
    ) {
      await appendFile(join(folder, last), content.subarray(existing.length));
      return;
    }
    const number = last === undefined ? 0 : Number(last.split(".")[3]) + 1;
    await writeFile(join(folder, `events.out.tfevents.${String(number).padStart(10, "0")}.gan`), content);
    for (const name of names) await rm(join(folder, name));
  } catch (cause) {
    throw new CheckpointError(
      "core",
      `cannot write in ${folder}: ${(cause as Error).message}. Free disk space or choose another --out.`,
      { cause },
    );
  }
}

/** Scalars in the order of the log; their times are what the steps took. */
function listScalars(
  events: readonly EventLine[],
  metrics: readonly MetricLine[],
  startSeconds: number,
): ScalarEvent[] {
  const scalars: ScalarEvent[] = [];
  let [seconds, images] = [startSeconds, 0];
  const steps = events.filter((line): line is StepLine => line.type === "step");
  for (const line of steps) {
    seconds += Math.max(0, line.imagesSeen - images) / Math.max(line.imagesPerSecond, 1e-9);
    images = line.imagesSeen;
    const place = { step: line.imagesSeen, wallSeconds: seconds };
    for (const kind of kinds) {
      for (const [name, value] of Object.entries(line[kind]))
        scalars.push({ tag: `${kind}/${name}`, value, ...place });
    }
    scalars.push({ tag: "imagesPerSecond", value: line.imagesPerSecond, ...place });
  }
  const timeOf = (imagesSeen: number) =>
    scalars.findLast(({ step }) => step <= imagesSeen)?.wallSeconds ?? startSeconds;
  const measured = metrics.flatMap((line) =>
    Object.entries(line.metrics).map(([name, value]) => ({
      tag: `metrics/${name}`,
      value,
      step: line.imagesSeen,
      wallSeconds: timeOf(line.imagesSeen),
    })),
  );
  return [...scalars, ...measured].sort((first, second) => first.step - second.step);
}
