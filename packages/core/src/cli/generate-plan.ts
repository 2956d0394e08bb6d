import { extname } from "node:path";
import { ConfigError } from "../errors/index.js";
import { createNoiseBetween, createSeedNoise, type RowNoise } from "../nn/index.js";
import { type ClassFlags, planClasses } from "./class-options.js";
import { parseSeeds } from "./parse-seeds.js";
import { parseWhole } from "./parse-whole.js";

/** Flags of `generate` that say which pictures, and how they are shown. */
export interface PlanFlags extends ClassFlags {
  out: string;
  count?: string;
  seed: string;
  seeds?: string;
  columns?: string;
  framesPerSecond: string;
}

/** A picture to make. */
export interface PlannedPicture {
  /** Of its file, without an extension. */
  name: string;
  /** The same noise at each call. */
  createNoise(): RowNoise;
  /** How much of each class it shows, for variants of classes. */
  weights?: number[];
}

/** How pictures are shown. */
export interface PictureForm {
  /** One grid, one animation, or a file for each picture. */
  form: "grid" | "animation" | "files";
  /** Of the grid; default: as square as can be. */
  columns: number | undefined;
  framesPerSecond: number;
}

/** The pictures to make. */
export interface GeneratePlan extends PictureForm {
  pictures: PlannedPicture[];
}

const pictureExtensions = [".png", ".webp", ".jpg", ".jpeg"];
const defaultCount = 64;
/** Pictures that a walk leads through. */
const defaultStops = 4;

/**
 * Plans what the flags ask for. Picture `i` of a seed is the same however many are made; of `--seeds` it is each
 * seed's first.
 *
 * @param classes What pictures can show, for variants of classes.
 * @throws ConfigError when flags contradict each other.
 */
export function planPictures(flags: PlanFlags, classes?: Classes): GeneratePlan {
  const { form, columns, framesPerSecond } = planForm(flags);
  if (classes !== undefined && (flags.grid || flags.interpolate?.includes(":"))) {
    const plan = planOfClasses(flags, classes);
    return { ...plan, form, columns: columns ?? plan.columns, framesPerSecond };
  }
  const listed = flags.seeds === undefined ? listOfSeed(flags) : listOfSeeds(flags.seeds, flags.count);
  const stops = classes === undefined ? listed : giveClasses(listed, flags, classes);
  if (flags.interpolate === undefined) return { pictures: stops, form, columns, framesPerSecond };
  const steps = parseWhole("--interpolate", flags.interpolate, 1);
  if (stops.length < 2)
    throw new ConfigError("core", "--interpolate needs at least two pictures to lead through.");
  return { pictures: walk(stops, steps, form), form, columns: columns ?? steps + 1, framesPerSecond };
}

/**
 * Says how pictures are shown.
 *
 * @throws ConfigError when flags contradict each other.
 */
export function planForm(flags: PlanFlags): PictureForm {
  const form = chooseForm(flags);
  const columns = flags.columns === undefined ? undefined : parseWhole("--columns", flags.columns, 1);
  const framesPerSecond = parseFrameRate(flags.framesPerSecond);
  if (columns !== undefined && form !== "grid") {
    throw new ConfigError("core", "--columns is for a grid: let --out end in .png, .webp or .jpg.");
  }
  return { form, columns, framesPerSecond };
}

/**
 * Reads `--frames-per-second`: a whole number from 1 to 50.
 *
 * @throws ConfigError when it is another.
 */
export function parseFrameRate(text: string): number {
  const framesPerSecond = parseWhole("--frames-per-second", text, 1);
  if (framesPerSecond <= 50) return framesPerSecond;
  throw new ConfigError("core", `--frames-per-second must be at most 50, got ${framesPerSecond}.`);
}

/** The names of a variant's classes. */
interface Classes {
  scope: string;
  names: readonly string[];
}

/** Rows that share their noise: a class each, or the way from one class to another. */
function planOfClasses(flags: PlanFlags, { scope, names }: Classes) {
  if (flags.seeds !== undefined) {
    throw new ConfigError(scope, "--seeds and rows of classes exclude each other. Give --seed and --count.");
  }
  const seed = parseWhole("--seed", flags.seed, 0);
  const count = parseWhole("--count", flags.count ?? String(defaultCount), 1);
  const { rows, noise, columns } = planClasses(scope, names, flags, count);
  const pictures = rows.map((weights, index) => ({
    ...pictureOf(seed, noise[index] as number, `${seed}-${String(index).padStart(4, "0")}`),
    weights,
  }));
  return { pictures, columns };
}

function giveClasses(pictures: readonly PlannedPicture[], flags: PlanFlags, { scope, names }: Classes) {
  const chosen = flags.class === undefined ? {} : { class: flags.class };
  const { rows } = planClasses(scope, names, chosen, pictures.length);
  return pictures.map((picture, index): PlannedPicture => ({ ...picture, weights: rows[index] as number[] }));
}

function chooseForm({ out, interpolate }: PlanFlags): GeneratePlan["form"] {
  const extension = extname(out).toLowerCase();
  if (interpolate !== undefined && extension === ".webp") return "animation";
  if (pictureExtensions.includes(extension)) return "grid";
  if (extension === "") return "files";
  throw new ConfigError(
    "core",
    `--out must end in ${pictureExtensions.join(", ")} for one picture, or name a folder for a file each, got ${out}.`,
  );
}

function pictureOf(seed: number, index: number, name: string): PlannedPicture {
  return { name, createNoise: () => createSeedNoise(seed, index) };
}

function listOfSeed({ count, seed, interpolate }: PlanFlags): PlannedPicture[] {
  const length =
    count === undefined
      ? interpolate === undefined
        ? defaultCount
        : defaultStops
      : parseWhole("--count", count, 1);
  const first = parseWhole("--seed", seed, 0);
  const digits = Math.max(4, String(length - 1).length);
  return Array.from({ length }, (_, index) =>
    pictureOf(first, index, `${first}-${String(index).padStart(digits, "0")}`),
  );
}

/** `1-16,20` → the first picture of each. */
function listOfSeeds(text: string, count: string | undefined): PlannedPicture[] {
  if (count !== undefined)
    throw new ConfigError("core", "--seeds says how many pictures: leave out --count.");
  return parseSeeds("--seeds", text).map((seed) => pictureOf(seed, 0, `${seed}`));
}

/**
 * Pictures that lead from each stop to the next in so many steps: a row of a strip with both ends, or the frames of
 * an animation that comes back to where it began.
 */
function walk(stops: readonly PlannedPicture[], steps: number, form: GeneratePlan["form"]): PlannedPicture[] {
  const legs = form === "animation" ? stops.length : stops.length - 1;
  const frames = form === "animation" ? steps : steps + 1;
  return Array.from({ length: legs }, (_, leg) => {
    const [from, to] = [stops[leg] as PlannedPicture, stops[(leg + 1) % stops.length] as PlannedPicture];
    return Array.from({ length: frames }, (_, step) => ({
      name: `${from.name}-to-${to.name}-${String(step).padStart(3, "0")}`,
      createNoise: () => createNoiseBetween(from.createNoise(), to.createNoise(), step / steps),
      ...(from.weights && {
        weights: from.weights.map(
          (weight, index) => weight + ((to.weights?.[index] as number) - weight) * (step / steps),
        ),
      }),
    }));
  }).flat();
}
