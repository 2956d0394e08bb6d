import type { DatasetRegistry } from "./dataset-registry.js";

/** Prints the named sets as a table, or as JSON. */
export function runDataList(registry: DatasetRegistry, flags: { json?: boolean }): void {
  const sets = registry.descriptions.map((description) => ({
    name: description.name,
    description: description.description,
    kind: description.kind,
    pictures: description.pictures,
    testPictures: description.testPictures,
    size: description.size,
    channels: description.channels,
    labels: description.labels,
    source: description.source,
    licence: description.licence,
    install: description.install,
    installed: registry.isInstalled(description.name),
  }));
  if (flags.json) {
    console.log(JSON.stringify(sets, null, 2));
    return;
  }
  const rows = sets.map((set) => [
    set.name,
    set.kind,
    describeCount(set.pictures, set.testPictures),
    set.size,
    set.labels,
    set.licence,
    set.installed ? "installed" : set.install,
  ]);
  console.log(formatTable([["name", "kind", "pictures", "size", "labels", "licence", "get it"], ...rows]));
}

function describeCount(pictures: number | undefined, testPictures: number | undefined): string {
  if (pictures === undefined) return "any";
  const count = pictures.toLocaleString("en");
  return testPictures === undefined ? count : `${count} + ${testPictures.toLocaleString("en")}`;
}

/** Columns as wide as their widest cell, two spaces apart. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] as number)).join("  "),
  );
  return lines.map((line) => line.trimEnd()).join("\n");
}
