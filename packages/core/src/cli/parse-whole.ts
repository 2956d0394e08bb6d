import { ConfigError } from "../errors/index.js";

/**
 * Reads a flag that must be a whole number.
 *
 * @throws ConfigError when it is not, or less than `least`.
 */
export function parseWhole(flag: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && text.trim() !== "") return value;
  throw new ConfigError("core", `${flag} must be a whole number of at least ${least}, got ${text}.`);
}
