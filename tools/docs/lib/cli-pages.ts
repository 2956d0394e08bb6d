import type { CommandDescription, OptionDescription } from "@gan/core/cli";
import { formatTable } from "../../readme-sections.js";
import { codeCell, escapeCell, escapeText } from "./pages.js";

/** How an argument stands on the line: `<pictures...>`, `[preset]`. */
const writeArgument = ({ name, required, variadic }: CommandDescription["arguments"][number]) => {
  const inner = `${name}${variadic ? "..." : ""}`;
  return required ? `<${inner}>` : `[${inner}]`;
};

function describeValue({ default: value, choices, required }: OptionDescription): string {
  const parts = [
    ...(required ? ["required"] : []),
    ...(choices === undefined ? [] : [choices.map(codeCell).join(" ")]),
    ...(value === undefined ? [] : [`default ${codeCell(String(value))}`]),
  ];
  return parts.join("; ");
}

function writeOptions(options: readonly OptionDescription[]): string {
  const rows = options.map((option) => [
    codeCell(option.flags),
    escapeCell(option.description),
    describeValue(option),
  ]);
  return formatTable(["option", "what it does", "values"], rows);
}

/** A command and all below it; `level` is the heading's. */
function writeCommand(command: CommandDescription, level: number): string[] {
  const { name, description, options } = command;
  const line = [name, ...command.arguments.map(writeArgument), ...(options.length > 0 ? ["[options]"] : [])];
  const isLeaf = command.commands.length === 0;
  return [
    `${"#".repeat(level)} ${name}`,
    `${escapeText(capitalise(description))}.`,
    ...(isLeaf ? [`\`\`\`text\n${line.join(" ")}\n\`\`\``] : []),
    ...(options.length > 0 && isLeaf ? [writeOptions(options)] : []),
    ...command.commands.flatMap((inner) => writeCommand(inner, Math.min(level + 1, 4))),
  ];
}

const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * The reference of one program, from what its own definitions say.
 *
 * @param owner The package that brings it.
 */
export function writeCliPage(program: CommandDescription, owner: string): string {
  return `${[
    `---\ntitle: ${program.name}\noutline: [2, 3]\n---`,
    `# ${program.name}`,
    `${escapeText(program.description)}. From [${owner}](/packages/${owner.replace("@gan/", "")}/index.md); this page is made from the definitions that read the command line. Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 130 interrupted and saved.`,
    ...program.commands.flatMap((command) => writeCommand(command, 2)),
  ].join("\n\n")}\n`;
}
