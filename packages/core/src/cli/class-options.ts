import { type Tensor2D, tensor2d } from "@tensorflow/tfjs-core";
import { Option } from "commander";
import { findClass } from "../data/index.js";
import { ConfigError } from "../errors/index.js";

/** Flags of `generate` that choose what pictures show. */
export interface ClassFlags {
  class?: string[];
  grid?: boolean;
  interpolate?: string;
}

export const classOptions = [
  new Option(
    "--class <name>",
    "a class by name or number; repeatable. Default: all classes in turn",
  ).argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value]),
  new Option("--grid", "a row for each class, the same noise down each column"),
];

const interpolationSteps = 8;

/** What is asked of a variant of classes. */
export interface ClassPlan {
  /** A weight for each class, a row for each picture. */
  rows: number[][];
  /** Which noise each picture is made from, from 0. */
  noise: number[];
  /** Pictures in a row of the grid; undefined: as square as can be. */
  columns: number | undefined;
}

/**
 * Plans the pictures that the flags ask for.
 *
 * @param count Of pictures; a grid or an interpolation takes as many full rows as fit.
 * @throws ConfigError when a class is unknown, flags contradict each other, or the count is too small.
 */
export function planClasses(
  scope: string,
  classNames: readonly string[],
  flags: ClassFlags,
  count: number,
): ClassPlan {
  const oneHot = (label: number) => classNames.map((_, index) => (index === label ? 1 : 0));
  if (flags.interpolate !== undefined) return planInterpolation(scope, classNames, flags, count);
  const chosen = flags.class?.map((wanted) => findClass(scope, classNames, wanted));
  const classes = chosen ?? classNames.map((_, index) => index);
  if (!flags.grid) {
    const labels = Array.from({ length: count }, (_, index) => classes[index % classes.length] as number);
    return { rows: labels.map(oneHot), noise: labels.map((_, index) => index), columns: undefined };
  }
  const columns = Math.floor(count / classes.length);
  if (columns < 1) {
    throw new ConfigError(
      scope,
      `--grid needs a --count of at least one picture for each of ${classes.length} classes, got ${count}.`,
    );
  }
  const places = classes.flatMap((label) =>
    Array.from({ length: columns }, (_, column) => ({ label, column })),
  );
  return {
    rows: places.map(({ label }) => oneHot(label)),
    noise: places.map(({ column }) => column),
    columns,
  };
}

/** Rows of equal noise whose weights move from one class to the other: (1 - t)·from + t·to. */
function planInterpolation(
  scope: string,
  classNames: readonly string[],
  flags: ClassFlags,
  count: number,
): ClassPlan {
  if (flags.grid || flags.class !== undefined) {
    throw new ConfigError(scope, "--interpolate names its classes itself: leave out --class and --grid.");
  }
  const [from, to, ...others] = (flags.interpolate as string).split(":");
  if (from === undefined || to === undefined || others.length > 0) {
    throw new ConfigError(
      scope,
      `--interpolate needs two classes as from:to, got ${flags.interpolate}. Give numbers where a name has a colon.`,
    );
  }
  const [first, last] = [findClass(scope, classNames, from), findClass(scope, classNames, to)];
  const lines = Math.floor(count / interpolationSteps);
  if (lines < 1) {
    throw new ConfigError(
      scope,
      `--interpolate needs a --count of at least ${interpolationSteps}, the pictures of a row, got ${count}.`,
    );
  }
  const places = Array.from({ length: lines * interpolationSteps }, (_, index) => ({
    line: Math.floor(index / interpolationSteps),
    share: (index % interpolationSteps) / (interpolationSteps - 1),
  }));
  const weigh = (index: number, share: number) =>
    (index === first ? 1 - share : 0) + (index === last ? share : 0);
  return {
    rows: places.map(({ share }) => classNames.map((_, index) => weigh(index, share))),
    noise: places.map(({ line }) => line),
    columns: interpolationSteps,
  };
}

/** The plan's weights as a condition: [count, classes], float32. */
export const toCondition = ({ rows }: Pick<ClassPlan, "rows">): Tensor2D =>
  tensor2d(rows, undefined, "float32");
