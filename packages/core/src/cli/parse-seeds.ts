import { ConfigError } from "../errors/index.js";
import { parseWhole } from "./parse-whole.js";

const mostSeeds = 1_000_000;

/**
 * Reads a list of seeds and ranges: `1-4,20` → 1, 2, 3, 4, 20.
 *
 * @param flag Named in errors.
 * @throws ConfigError when a part is neither a whole number nor a range that goes up.
 */
export function parseSeeds(flag: string, text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [first, last = first, ...more] = part.split("-");
    if (first === undefined || last === undefined || more.length > 0) {
      throw new ConfigError("core", `${flag} needs numbers and ranges such as 1-16,20, got ${text}.`);
    }
    const [from, to] = [parseWhole(flag, first, 0), parseWhole(flag, last, 0)];
    if (to < from) throw new ConfigError("core", `${flag} needs ranges that go up, got ${part}.`);
    if (to - from >= mostSeeds) {
      throw new ConfigError("core", `${flag} takes at most ${mostSeeds} seeds in a range, got ${part}.`);
    }
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
