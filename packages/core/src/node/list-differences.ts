/**
 * Where two JSON values differ, a line for each field: `model.imageSize: 32 there, 64 now`.
 *
 * @param stored The one that is there.
 * @param given The one that is now.
 */
export function listDifferences(stored: unknown, given: unknown): string[] {
  const [there, now] = [new Map(listFields(stored)), new Map(listFields(given))];
  const paths = [...new Set([...there.keys(), ...now.keys()])];
  return paths
    .filter((path) => there.get(path) !== now.get(path))
    .map((path) => `${path}: ${there.get(path) ?? "nothing"} there, ${now.get(path) ?? "nothing"} now`);
}

/** Values by dotted path, as JSON; an array counts as one value. */
function listFields(value: unknown, path = ""): [string, string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [[path || "all of it", JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([key, field]) =>
    field === undefined ? [] : listFields(field, path === "" ? key : `${path}.${key}`),
  );
}
