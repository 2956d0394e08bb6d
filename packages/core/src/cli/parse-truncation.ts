import { ConfigError } from "../errors/index.js";

/**
 * Reads `--truncation`: above 0, at most 1.
 *
 * @throws ConfigError when it is another.
 */
export function parseTruncation(text: string): number {
  const share = Number(text);
  if (share > 0 && share <= 1) return share;
  throw new ConfigError("core", `--truncation must be above 0 and at most 1, got ${text}.`);
}
