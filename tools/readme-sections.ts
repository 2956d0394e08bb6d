/** Rows of text as a Markdown table. */
export const formatTable = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/**
 * A README whose sections between `<!-- NAME: from SOURCE -->` and `<!-- end of NAME -->` are written anew.
 *
 * @param source Where the figures are, as the README says it.
 * @param sections The sections' text by their names.
 * @throws RangeError where a section has no place.
 */
export function renderSections(
  text: string,
  source: string,
  sections: Readonly<Record<string, string>>,
): string {
  return Object.entries(sections).reduce((written, [name, section]) => {
    const [begin, end] = [`<!-- ${name}: from ${source} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [written.indexOf(begin), written.indexOf(end)];
    if (from < 0 || to < from) throw new RangeError(`a README lacks "${begin}" or "${end}"`);
    return `${written.slice(0, from + begin.length)}\n\n${section}\n\n${written.slice(to)}`;
  }, text);
}
