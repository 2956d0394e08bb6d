import { ConfigError } from "../errors/index.js";

/**
 * The number of a class that is given by its name or its number; a name comes before a number that reads
 * the same, as with digits.
 *
 * @param scope The variant's name, for errors.
 * @throws ConfigError, listing the known classes, when there is no such class.
 */
export function findClass(scope: string, classNames: readonly string[], wanted: string | number): number {
  const named = classNames.indexOf(String(wanted));
  if (named >= 0) return named;
  const number = String(wanted).trim() === "" ? Number.NaN : Number(wanted);
  if (Number.isInteger(number) && number >= 0 && number < classNames.length) return number;
  const known = classNames.map((name, index) => (name === String(index) ? name : `${index} ${name}`));
  const shown = known.length > 40 ? `${known.slice(0, 40).join(", ")}, … ${known.at(-1)}` : known.join(", ");
  throw new ConfigError(scope, `there is no class ${wanted}. The classes are: ${shown}.`);
}
