/** A fenced block of a README. */
export interface Block {
  /** As its fence says; empty where it says nothing. */
  language: string;
  text: string;
  /** Of its first line, from 1. */
  line: number;
  /** Why it cannot run here, from `<!-- not run: … -->` in front of it. */
  notRun?: string;
}

/** A command of a block. */
export interface CommandLine {
  /** Words, without quotes; the environment's `NAME=value` in front of a program left out. */
  words: string[];
  line: number;
}

/** Every fenced block, in order; those of list items without their indentation. */
export function extractBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const fence = /^( *)```(\w*)\s*$/.exec(lines[index] as string);
    if (fence === null) continue;
    const [, indent, language] = fence as unknown as [string, string, string];
    const end = lines.indexOf(`${indent}\`\`\``, index + 1);
    if (end < 0) throw new RangeError(`the block of line ${index + 1} has no end`);
    const before = lines.slice(0, index).findLast((line) => line.trim() !== "") ?? "";
    const notRun = /^ *<!-- not run: (.+) -->$/.exec(before)?.[1];
    const text = lines
      .slice(index + 1, end)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
      .join("\n");
    blocks.push({
      language,
      text,
      line: index + 2,
      ...(notRun !== undefined && { notRun }),
    });
    index = end;
  }
  return blocks;
}

const programs = /^(?:npx|npm|pnpm|node|gan(?:-[a-z0-9-]+)?|\.ci\/run)$/;

/**
 * The commands of a block: one a line, lines that end in `\` joined, comments left out. Lines whose first word is no
 * program that this repository's READMEs use are handed back as such.
 */
export function listCommands({ text, line }: Pick<Block, "text" | "line">): {
  commands: CommandLine[];
  others: CommandLine[];
} {
  const commands: CommandLine[] = [];
  const others: CommandLine[] = [];
  let pending: { text: string; line: number } | undefined;
  for (const [index, row] of text.split("\n").entries()) {
    const joined: { text: string; line: number } = {
      text: pending === undefined ? row : `${pending.text} ${row.trim()}`,
      line: pending?.line ?? line + index,
    };
    if (joined.text.endsWith("\\")) {
      pending = { ...joined, text: joined.text.slice(0, -1) };
      continue;
    }
    pending = undefined;
    const words = splitWords(joined.text);
    while (/^[A-Z][A-Z0-9_]*=/.test(words[0] ?? "")) words.shift();
    if (words.length === 0) continue;
    (programs.test(words[0] as string) ? commands : others).push({ words, line: joined.line });
  }
  return { commands, others };
}

/** Words as a shell sees them: quotes taken away, what follows a `#` left out. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (const letter of text) {
    if (quote !== "") {
      if (letter === quote) quote = "";
      else word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= "";
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (letter === "#" && word === undefined) break;
    else word = (word ?? "") + letter;
  }
  return word === undefined ? words : [...words, word];
}
