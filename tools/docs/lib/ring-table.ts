import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatTable, renderSections } from "../../readme-sections.js";
import { guidesFolder } from "./places.js";

/** What one way to train came to on the ring, seed by seed. */
interface RingRow {
  label: string;
  seeds: { modes: number; onModes: number; averageModes: number; averageOnModes: number }[];
}

const guide = join(guidesFolder, "mode-collapse.md");

/** The guide on mode collapse, and the same with its table as the results have it. */
export function renderRingGuide(): { text: string; rendered: string } {
  const text = readFileSync(guide, "utf8");
  const file = join(guidesFolder, "plots", "ring.json");
  const { table, settings } = JSON.parse(readFileSync(file, "utf8")) as {
    table: RingRow[];
    settings: { seeds: number; totalImages: number; batchSize: number };
  };
  const steps = (settings.totalImages / settings.batchSize).toLocaleString("en");
  const note = `After ${steps} steps of ${settings.batchSize} points, ${settings.seeds === 1 ? "one seed each" : `medians of ${settings.seeds} seeds with the least and the greatest`}.`;
  return {
    text,
    rendered: renderSections(text, "plots/ring.json", { ring: `${formatRing(table)}\n\n${note}` }),
  };
}

/** The ways to train as a Markdown table: medians of the seeds, both ends where they differ. */
function formatRing(rows: readonly RingRow[]): string {
  const spread = (values: readonly number[], write: (value: number) => string) => {
    const sorted = [...values].sort((one, other) => one - other);
    const [least, middle, most] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)] as [
      number,
      number,
      number,
    ];
    return least === most ? write(middle) : `${write(middle)} (${write(least)} to ${write(most)})`;
  };
  const share = (value: number) => `${(100 * value).toFixed(0)} %`;
  const header = [
    "`stabilisers`",
    "modes found",
    "points on a mode",
    "modes, averaged weights",
    "points, averaged",
  ];
  return formatTable(
    header,
    rows.map(({ label, seeds }) => [
      label,
      spread(
        seeds.map(({ modes }) => modes),
        String,
      ),
      spread(
        seeds.map(({ onModes }) => onModes),
        share,
      ),
      spread(
        seeds.map(({ averageModes }) => averageModes),
        String,
      ),
      spread(
        seeds.map(({ averageOnModes }) => averageOnModes),
        share,
      ),
    ]),
  );
}
