import type { MetricReport } from "../metrics/index.js";
import { describePathLength, type PathLengthReport } from "./path-length.js";

const labels: Readonly<Record<string, string>> = {
  fid: "FID",
  kid: "KID",
  is: "inception score",
};

/**
 * Prints a report, for a person or as one object of JSON; warnings also go to standard error.
 *
 * @param paths What else was measured, in the same way.
 * @param baselines The same figures of other pictures, by what they are.
 */
export function printReport(
  { values, warnings, ...conditions }: MetricReport,
  json: boolean | undefined,
  paths?: PathLengthReport,
  baselines: Record<string, Record<string, number>> = {},
): void {
  if (json) {
    const others = Object.keys(baselines).length === 0 ? {} : { baselines };
    console.log(JSON.stringify({ ...values, ...conditions, warnings, ...paths, ...others }));
    return;
  }
  for (const warning of warnings) console.error(`Note: ${warning}`);
  const { extractor, nReal, nFake, seed } = conditions;
  const lines: [string, string][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (name.endsWith("Deviation")) continue;
    const deviation = values[`${name}Deviation`];
    const more = deviation === undefined ? "" : ` ± ${formatValue(deviation)}`;
    const others = Object.entries(baselines).map(
      ([what, found]) => `${what} ${formatValue(found[name] as number)}`,
    );
    const beside = others.length === 0 ? "" : ` (${others.join(", ")})`;
    lines.push([labels[name] ?? name, `${formatValue(value)}${more}${beside}`]);
  }
  if (extractor !== undefined) {
    const { name, resize, weightsHash } = extractor;
    lines.push(["network", `${name} (weights ${weightsHash.slice(0, 8)}), resize ${resize}`]);
  }
  const count = (pictures: number) =>
    pictures === 0 ? "an unknown number of" : pictures.toLocaleString("en");
  lines.push(["pictures", `${count(nReal)} real, ${count(nFake)} generated; seed ${seed}`]);
  for (const [label, text] of lines) console.log(`${label.padEnd(16)}${text}`);
  if (paths !== undefined) console.log(describePathLength(paths));
}

/** Six significant digits. */
const formatValue = (value: number) => String(Number(value.toPrecision(6)));
