import type { PixelImage } from "../data/index.js";
import type { ErrorRate, PictureSource } from "../metrics/index.js";
import {
  createQuiz,
  encodePicture,
  type QuizMode,
  reportQuiz,
  reshapePicture,
  serveQuiz,
} from "../node/index.js";
import { Random } from "../random/index.js";
import { type CollectSourceOptions, openPictures } from "./measured-source.js";
import { parseWhole } from "./parse-whole.js";

/** Flags of `metrics quiz`. */
export interface QuizFlags {
  mode: QuizMode;
  count: string;
  seconds: string;
  port: string;
  out: string;
  seed: string;
  json?: boolean;
}

/** Longest side of a picture that is shown. */
const mostPixels = 1024;

/** Serves a quiz on this machine until it is interrupted, then prints how often people were wrong. */
export async function runQuiz(
  sources: readonly [real: string, fake: string],
  flags: QuizFlags,
  opening: Pick<CollectSourceOptions, "load" | "openRun">,
): Promise<void> {
  const count = parseWhole("--count", flags.count, 1);
  const seconds = parseWhole("--seconds", flags.seconds, 0);
  const port = parseWhole("--port", flags.port, 0);
  const seed = parseWhole("--seed", flags.seed, 0);
  const perKind = flags.mode === "pair" ? count : Math.ceil(count / 2);
  const sets: PixelImage[][] = [];
  for (const source of sources) {
    const { pictures, close } = await openPictures(source, { ...opening, count: perKind, seed });
    sets.push(await readAll(pictures).finally(close));
  }
  const [real, fake] = (await encodeAlike(sets)) as [Buffer[], Buffer[]];
  const quiz = createQuiz(flags.mode, real, fake, new Random(seed).fork("quiz"));
  const server = await serveQuiz(quiz, { answersFile: flags.out, seconds, port });
  console.error(
    `Quiz of ${quiz.trials.length} questions at ${server.url}; answers go to ${flags.out}. Ctrl-C ends it.`,
  );
  await new Promise<void>((resolve) => process.once("SIGINT", resolve));
  await server.close();
  const report = reportQuiz(server.answers);
  if (flags.json) console.log(JSON.stringify(report ?? null));
  else if (report === undefined) console.log("No answers.");
  else {
    for (const [person, rate] of Object.entries(report.people)) console.log(describe(person, rate));
    console.log(describe("everybody", report.pooled));
  }
}

async function readAll(source: PictureSource): Promise<PixelImage[]> {
  const pictures: PixelImage[] = [];
  for await (const batch of source.batches(16)) pictures.push(...batch);
  return pictures;
}

/** All of one size, the smallest side of any, so that neither size nor sharpness of a file tells what is real. */
async function encodeAlike(sets: readonly PixelImage[][]): Promise<Buffer[][]> {
  const sides = sets.flat().flatMap(({ width, height }) => [width, height]);
  const side = sides.reduce((least, value) => Math.min(least, value), mostPixels);
  const isGrey = sets.flat().some(({ channels }) => channels === 1);
  const shape = { width: side, height: side, channels: isGrey ? 1 : 3, fit: "cover" } as const;
  const encode = async (picture: PixelImage) => encodePicture(await reshapePicture(picture, shape), "png");
  return Promise.all(sets.map((set) => Promise.all(set.map(encode))));
}

function describe(name: string, { rate, low, high, count }: ErrorRate): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  return `${name.padEnd(16)}${percent(rate)} wrong (95 % interval ${percent(low)} to ${percent(high)}, ${count} answers)`;
}
