import type { Recipe } from "./recipes.js";
import type { RunCommand } from "./run-command.js";

/** Numbers by their dotted path. */
export type Numbers = Record<string, number>;

/** The numbers in JSON by their dotted path. */
export function flatten(json: unknown, prefix = ""): Numbers {
  if (typeof json === "number") return { [prefix]: json };
  if (typeof json !== "object" || json === null) return {};
  return Object.assign(
    {},
    ...Object.entries(json).map(([key, value]) => flatten(value, prefix === "" ? key : `${prefix}.${key}`)),
  );
}

/** What was measured of shipped weights. */
export interface Report {
  shipped: Numbers;
  /** Of the run's last checkpoint. */
  last: Numbers;
  untrained: Numbers;
  /** What the best there can be has. */
  floor: Numbers;
  extractor: string;
  /** Held-out pictures, and generated ones. */
  counts: { real: number; generated: number };
}

/** Measures shipped weights, the run's last checkpoint, the untrained networks and the floor, all in one way. */
export async function measureWeights(
  recipe: Recipe,
  run: RunCommand,
  folder: { weights: string; run: string },
): Promise<Report> {
  const { evaluate, figures } = recipe;
  const parse = (text: string) => JSON.parse(text) as Record<string, unknown>;
  const shipped = parse(await run("evaluate", "--pretrained", folder.weights, ...evaluate, "--json"));
  const plain = evaluate.filter((flag) => flag !== "--baselines");
  const last = parse(await run("evaluate", "--from", folder.run, ...plain, "--json"));
  const { baselines, ...own } = shipped as { baselines?: Record<string, object> };
  const measured = flatten(baselines?.["training pictures"]);
  const ofSets = recipe.floor && flatten(parse(await run("metrics", ...recipe.floor, "--json")));
  const all = flatten(own);
  const floor: Numbers = {};
  for (const { path, floor: known, floorPath } of figures) {
    const value = known ?? (floorPath && (ofSets?.[floorPath] ?? all[floorPath])) ?? measured[path];
    if (typeof value === "number") floor[path] = value;
  }
  const extractor = evaluate[evaluate.indexOf("--extractor") + 1] as string;
  const real = all["nReal"] ?? all["real"] ?? all["pairs"] ?? all["a2b.translated.pairs"] ?? 0;
  const generated = all["nFake"] ?? all["generated"] ?? real;
  return {
    shipped: all,
    last: flatten(last),
    untrained: flatten(baselines?.["untrained"]),
    floor,
    extractor,
    counts: { real, generated },
  };
}
