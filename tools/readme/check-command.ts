/** A command and what may stand on its line, as a program of `@gan/core/cli` describes itself. */
export interface Described {
  name: string;
  arguments: readonly { name: string; required: boolean; variadic: boolean }[];
  options: readonly { flags: string; choices?: readonly string[]; required: boolean }[];
  commands: readonly Described[];
}

/**
 * What a program would refuse of a line, before it does anything.
 *
 * @param words Without the program's name.
 * @returns One sentence for each fault.
 */
export function checkWords(program: Described, words: readonly string[]): string[] {
  // Whatever stands for `…` is the reader's.
  if (words.includes("…")) {
    const known = words.filter((word) => word !== "…");
    return checkWords(program, known).filter((fault) => !/ needs /.test(fault));
  }
  let command = program;
  let rest = [...words];
  for (;;) {
    const inner = command.commands.find(({ name }) => name.split(" ").at(-1) === rest[0]);
    if (inner === undefined) break;
    command = inner;
    rest = rest.slice(1);
  }
  if (command.commands.length > 0 && rest[0] !== undefined && !rest[0].startsWith("-")) {
    return [`${command.name} has no command ${rest[0]}`];
  }
  const faults: string[] = [];
  const given = new Set<string>();
  const places: string[] = [];
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] as string;
    if (!word.startsWith("-") || word === "-") {
      places.push(word);
      continue;
    }
    const [name, inline] = word.split(/=(.*)/s) as [string, string | undefined];
    if (["--help", "-h", "--version", "-V"].includes(name)) return faults;
    const option = command.options.find(({ flags }) => namesOf(flags).includes(name));
    if (option === undefined) {
      faults.push(`${command.name} has no option ${name}`);
      continue;
    }
    given.add(option.flags);
    if (!/[<[]/.test(option.flags)) continue;
    const next = rest[index + 1];
    const value = inline ?? (next === undefined || /^--?[a-z]/.test(next) ? undefined : next);
    if (value === undefined && option.flags.includes("<")) faults.push(`${name} needs a value`);
    if (value !== undefined && inline === undefined) index += 1;
    if (value !== undefined && option.choices !== undefined && !option.choices.includes(value)) {
      faults.push(`${name} takes ${option.choices.join(", ")}, not ${value}`);
    }
  }
  for (const { flags, required } of command.options) {
    if (required && !given.has(flags)) faults.push(`${command.name} needs ${flags}`);
  }
  const least = command.arguments.filter(({ required }) => required).length;
  const isOpen = command.arguments.some(({ variadic }) => variadic);
  if (places.length < least) faults.push(`${command.name} needs ${command.arguments[places.length]?.name}`);
  if (places.length > command.arguments.length && !isOpen) {
    faults.push(
      `${command.name} does not know what to do with ${places.slice(command.arguments.length).join(" ")}`,
    );
  }
  return faults;
}

/** `-o, --out <file>` → `-o` and `--out`. */
const namesOf = (flags: string) => flags.split(/[ ,]+/).filter((part) => part.startsWith("-"));
