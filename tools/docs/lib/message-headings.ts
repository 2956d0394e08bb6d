/** Headings of a guide that quote what the library prints: `### \`… is damaged\``. */
export function readQuotedHeadings(markdown: string): string[] {
  return [...markdown.matchAll(/^#{2,4} `([^`]+)`$/gm)].map(([, text]) => text as string);
}

/**
 * Whether a quoted message occurs in one of the sources' texts; `…` stands for anything.
 *
 * @param texts As `readTexts` gives them.
 */
export function isPrinted(quoted: string, texts: readonly string[]): boolean {
  const parts = quoted
    .split("…")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return texts.some((text) => {
    let from = 0;
    for (const part of parts) {
      const at = text.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return parts.length > 0;
  });
}
