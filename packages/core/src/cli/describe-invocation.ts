import { basename, relative } from "node:path";

/**
 * How to call a command again: `npx <name>` where it is an installed bin, else the file that runs now.
 *
 * @param script The running script, normally `process.argv[1]`.
 */
export function describeInvocation(name: string, script = process.argv[1], folder = process.cwd()): string {
  const isFile = script !== undefined && basename(script) === `${name}.js`;
  return isFile ? `node ${relative(folder, script) || script}` : `npx ${name}`;
}
