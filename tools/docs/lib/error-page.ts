import type { ErrorMessage } from "./error-messages.js";
import { escapeText } from "./pages.js";

const meanings: Readonly<Record<string, string>> = {
  ConfigError: "An option, a configuration or an argument is wrong. Commands end with exit code 2.",
  ShapeError: "A tensor's shape or dtype is not what the function documents.",
  DataError: "Pictures or other files are missing, damaged, or of the wrong kind.",
  CheckpointError:
    "Saved weights or training state cannot be written, are damaged, or belong to something else.",
  BackendError: "The backend that was asked for cannot start or cannot do what is needed.",
  DivergenceError: "A loss or gradient stopped being a finite number or grew beyond all bounds.",
  BackendOrtError: "From `@gan/backend-ort`, which knows nothing of GANs.",
};

const packageOf = ({ file }: ErrorMessage) => file.split("/")[1] as string;

/** The reference of all error messages, by kind and package. */
export function writeErrorPage(errors: readonly ErrorMessage[]): string {
  const kinds = [...new Set([...Object.keys(meanings), ...errors.map(({ kind }) => kind)])];
  const sections = kinds.flatMap((kind) => {
    const own = errors.filter((error) => error.kind === kind);
    if (own.length === 0) return [];
    const packages = [...new Set(own.map(packageOf))].sort();
    return [
      `## ${kind}`,
      ...(meanings[kind] === undefined ? [] : [meanings[kind]]),
      ...packages.flatMap((name) => {
        const messages = own.filter((error) => packageOf(error) === name).map(({ message }) => message);
        const lines = [...new Set(messages)].map((message) => `- ${writeMessage(message)}`);
        return [`### ${kind} of ${name}`, lines.join("\n")];
      }),
    ];
  });
  return `${[
    "---\ntitle: Error messages\noutline: [2, 3]\n---",
    "# Error messages",
    `All ${errors.length} places that throw an error on purpose, read from the sources. Each sentence states the requirement, what was given, and what to do; \`[gan/dcgan]\` before it names the part of the library that speaks. What changes from case to case stands as ‹name›. The [troubleshooting guide](/guides/troubleshooting.md) says more of those that people meet most.`,
    "In a program, `GanError.isInstance(error)` tells these from faults, also across two installed copies of the library.",
    ...sections,
  ].join("\n\n")}\n`;
}

/** A message without what Markdown or Vue would read in it; code in backticks stays code. */
const writeMessage = (message: string) => {
  const [first = "", ...others] = message.split("\n").map((line) => line.trim());
  return escapeText([first, ...others].filter((line) => line !== "").join(" ")).replaceAll("`", "\\`");
};
