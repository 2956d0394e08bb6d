/**
 * The runs behind the guides' plots, seeded, each in seconds to minutes on two cores: writes `guides/plots/*.svg` and the
 * numbers that the guides quote into `guides/plots/*.json`.
 *
 *     pnpm --filter @gan/docs experiments [equilibrium vanishing dirac ring sample-size] [--seeds 3] [--cases plain,r1]
 *     pnpm --filter @gan/docs experiments digits --run FOLDER
 *
 * The last draws a run that `gan-dcgan train --config mnist-32 --set training.totalImages=480000
 * --set training.sampleEveryImages=48000 --metrics fid --metrics-every 48000 --metrics-extractor mnist-classifier` made.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "@gan/core";
import { startBackend } from "@gan/core/node";
import { drawLines } from "../../draw-lines.js";
import { guidesFolder } from "../lib/places.js";
import { runRingOnce } from "./cached-run.js";
import { drawSamples, readCurves, readDistances } from "./digits.js";
import { diracGames, playDirac } from "./dirac.js";
import { drawClouds } from "./draw-clouds.js";
import { drawMoments } from "./draw-moments.js";
import { playOnALine } from "./equilibrium.js";
import { centre, drawRing, type RingRun, ring, ringCases, ringMoments, ringSettings } from "./ring.js";
import { measureSampleSizes } from "./sample-size.js";
import { stillGames, watchGradient } from "./vanishing.js";

const colours = ["#3b6fd4", "#d4703b", "#2a9d6f", "#8a4fbf"] as const;
const folder = join(guidesFolder, "plots");
const save = (name: string, text: string) => writeFileSync(join(folder, name), text);
const saveNumbers = (name: string, numbers: unknown) => save(name, `${JSON.stringify(numbers, null, 2)}\n`);
/** So many digits are enough to repeat a plot. */
const round = (value: number, digits = 4) => Number(value.toPrecision(digits));

/** Means over so many neighbours, for curves that are noisy from step to step. */
function smooth(points: readonly (readonly [number, number])[], width: number): [number, number][] {
  return Array.from({ length: Math.floor(points.length / width) }, (_, part) => {
    const own = points.slice(part * width, (part + 1) * width);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return [mean(own.map(([at]) => at)), mean(own.map(([, value]) => value))];
  });
}

async function equilibrium(): Promise<void> {
  const moments = await playOnALine([2560, 25_600, 1_024_000]);
  save("equilibrium.svg", drawMoments(moments));
  const last = moments.at(-1) as (typeof moments)[number];
  const between = last.judged.filter((_, index) => Math.abs(last.x[index] as number) < 0.8);
  saveNumbers("equilibrium.json", {
    imagesSeen: moments.map(({ imagesSeen }) => imagesSeen),
    judgedAtTheEnd: { least: round(Math.min(...between)), most: round(Math.max(...between)) },
  });
}

async function vanishing(): Promise<void> {
  const series = [];
  const numbers: Record<string, { first: number; last: number }> = {};
  for (const [index, game] of stillGames.entries()) {
    const points = smooth(await watchGradient(game, 3000), 20);
    series.push({ name: game.loss, points, colour: colours[index] as string });
    numbers[game.loss] = {
      first: round((points[0] as [number, number])[1]),
      last: round((points.at(-1) as [number, number])[1]),
    };
  }
  const axes = {
    across: "steps of the discriminator; the generator stands still",
    up: "norm of the generator's gradient",
  };
  save("vanishing.svg", drawLines(series, { title: "Vanishing gradients", ...axes, logarithmic: true }));
  saveNumbers("vanishing.json", numbers);
}

async function dirac(): Promise<void> {
  const ways = await Promise.all(diracGames.map(async (game) => ({ game, way: await playDirac(game, 500) })));
  const series = ways.map(({ game, way }, index) => ({
    name: game.label,
    points: way,
    colour: colours[index] as string,
  }));
  const ends = { acrossRange: [-2, 2], upRange: [-2, 2] } as const;
  save(
    "dirac.svg",
    drawLines(series, {
      title: "The smallest game",
      across: "generator: θ",
      up: "discriminator: ψ",
      size: { width: 720, height: 520 },
      ...ends,
    }),
  );
  const distance = ([theta, psi]: readonly [number, number]) => Math.hypot(theta, psi);
  saveNumbers(
    "dirac.json",
    Object.fromEntries(
      ways.map(({ game, way }) => [game.name, { endsAt: round(distance(way.at(-1) as [number, number])) }]),
    ),
  );
}

async function runAllOnRing(seeds: number): Promise<void> {
  const real = drawRing(new Random(5), 400);
  const centres = Float32Array.from(Array.from({ length: ring.modes }, (_, mode) => centre(mode)).flat());
  const rows = [];
  const table = [];
  const chosen = values.cases?.split(",");
  for (const one of ringCases) {
    if (chosen?.includes(one.name) === false) continue;
    const { name, label } = one;
    const runs: RingRun[] = [];
    for (let seed = 1; seed <= seeds; seed++) runs.push(await runRingOnce(one, seed));
    const [first, ...others] = runs as [RingRun, ...RingRun[]];
    table.push({
      name,
      label,
      seeds: runs.map(({ last, average, warnings }) => ({
        modes: last.modes,
        onModes: round(last.onModes, 3),
        averageModes: average.modes,
        averageOnModes: round(average.onModes, 3),
        warnings,
      })),
    });
    console.log(label, JSON.stringify(table.at(-1)?.seeds));
    const [before, after] = label.split(", ");
    rows.push({
      label: before as string,
      note: `${after ?? "game"}: ${runs.map(({ last }) => last.modes).join(", ")} of ${ring.modes} modes`,
      // The first seed's way, then where the others end.
      clouds: [...first.snapshots, ...others.flatMap(({ snapshots }) => snapshots.slice(-1))],
    });
    if (name === "plain" || name === "r1") drawCurves(name, first);
  }
  const moments = ringMoments.map((imagesSeen) => `${imagesSeen / 1000}k points`);
  const ends = Array.from({ length: seeds - 1 }, (_, index) => `the same, seed ${index + 2}`);
  const places = [...moments, ...ends];
  save("ring.svg", drawClouds("Eight modes, and who finds them", places, rows, real));
  saveNumbers("ring.json", {
    settings: { ...ring, ...ringSettings, seeds },
    centres: centres.length / 2,
    table,
  });
}

/** Both losses, and what the discriminator says of real and generated points. */
function drawCurves(name: string, { steps }: Pick<RingRun, "steps">, across = "points seen"): void {
  const width = Math.ceil(steps.length / 200);
  const curve = (read: (step: (typeof steps)[number]) => number | undefined) =>
    smooth(
      steps.map((step) => [step.imagesSeen, read(step) ?? 0] as const),
      width,
    );
  const losses = [
    { name: "discriminator", points: curve(({ discriminator }) => discriminator), colour: colours[0] },
    { name: "generator", points: curve(({ generator }) => generator), colour: colours[1] },
  ];
  save(
    `losses-${name}.svg`,
    drawLines(losses, {
      title: "Losses",
      across,
      up: "loss",
      marks: [
        { value: 2 * Math.log(2), label: "2 ln 2" },
        { value: Math.log(2), label: "ln 2" },
      ],
    }),
  );
  const judged = [
    { name: "D(x)", points: curve(({ realProbability }) => realProbability), colour: colours[2] },
    { name: "D(G(z))", points: curve(({ fakeProbability }) => fakeProbability), colour: colours[3] },
  ];
  save(
    `judged-${name}.svg`,
    drawLines(judged, {
      title: "What the discriminator says",
      across,
      up: "mean probability of being real",
      upRange: [0, 1],
      marks: [{ value: 0.5, label: "equilibrium" }],
    }),
  );
}

/** A run of the preset `mnist-32`, which a command made: `--run`. */
async function digits(run: string): Promise<void> {
  const last = 480_000;
  drawCurves("digits", { steps: await readCurves(run, last) }, "images seen");
  const points = await readDistances(run, last);
  const axes = { across: "images seen", up: "Fréchet classifier distance" };
  save(
    "distance-digits.svg",
    drawLines([{ points, colour: colours[0], dots: true }], { title: "Distance by images seen", ...axes }),
  );
  saveNumbers(
    "digits.json",
    points.map(([imagesSeen, distance]) => ({ imagesSeen, distance: round(distance) })),
  );
  save("digits.svg", await drawSamples(run, [48_000, 96_000, 240_000, last]));
}

async function sampleSize(): Promise<void> {
  const points = await measureSampleSizes([250, 500, 1000, 2000, 5000]);
  const series = [
    { points: points.map(({ count, fid }) => [count, fid] as const), colour: colours[0], dots: true },
  ];
  const axes = { across: "pictures on each side", up: "Fréchet classifier distance" };
  save("sample-size.svg", drawLines(series, { title: "Bias of few pictures", ...axes }));
  saveNumbers(
    "sample-size.json",
    points.map(({ count, fid, kid }) => ({ count, fid: round(fid), kid: round(kid, 3) })),
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "3" }, run: { type: "string" }, cases: { type: "string" } },
});
const experiments: Record<string, () => Promise<void>> = {
  equilibrium,
  vanishing,
  dirac,
  ring: () => runAllOnRing(Number(values.seeds)),
  "sample-size": sampleSize,
  ...(values.run !== undefined && { digits: () => digits(values.run as string) }),
};
const unknown = positionals.filter((name) => !(name in experiments));
if (unknown.length > 0) {
  console.error(
    `No experiment is called ${unknown.join(" or ")}. There are ${Object.keys(experiments).join(", ")}.`,
  );
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
await startBackend();
for (const name of positionals.length > 0 ? positionals : Object.keys(experiments)) {
  const begun = performance.now();
  await experiments[name]?.();
  console.log(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}
