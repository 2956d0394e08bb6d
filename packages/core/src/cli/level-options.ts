import { Option } from "commander";
import { ConfigError } from "../errors/index.js";
import { parseWhole } from "./parse-whole.js";

/** Flags of `generate` for models that grow. */
export interface LevelFlags {
  level?: string;
  size?: string;
}

/** A level of a model that grows. */
export interface GrownLevel {
  /** 0 is the coarsest that there can be. */
  level: number;
  /** Side of its pictures. */
  size: number;
}

export const levelOptions = [
  new Option(
    "--level <number>",
    "pictures of an earlier level: 0 for 4×4, 1 for 8×8 and so on; default: as far as training has come",
  ),
  new Option("--size <pixels>", "the same by the pictures' side, such as 16"),
];

/**
 * The level that flags ask for.
 *
 * @param reached From coarse to fine, those that have been trained.
 * @returns Undefined where none is asked for.
 * @throws ConfigError, listing the levels, when it is none of those.
 */
export function chooseLevel(
  scope: string,
  { level, size }: LevelFlags,
  reached: readonly GrownLevel[],
): number | undefined {
  if (level !== undefined && size !== undefined) {
    throw new ConfigError(scope, "--level and --size exclude each other. Give one of them.");
  }
  const [flag, text] = level === undefined ? ["--size", size] : ["--level", level];
  if (text === undefined) return undefined;
  const wanted = parseWhole(flag, text, 0);
  if (flag === "--size" && !Number.isInteger(Math.log2(wanted))) {
    throw new ConfigError(
      scope,
      `--size must be a power of two, got ${wanted}. Use one of ${reached.map((one) => one.size).join(", ")}.`,
    );
  }
  const found = reached.find((one) => (flag === "--size" ? one.size : one.level) === wanted);
  if (found !== undefined) return found.level;
  const known = reached.map((one) =>
    flag === "--size" ? `${one.size}` : `${one.level} (${one.size}×${one.size})`,
  );
  throw new ConfigError(
    scope,
    `${flag} must be one of the levels that training has reached, ${known.join(", ")}, got ${wanted}. Choose one of them, or train longer.`,
  );
}
