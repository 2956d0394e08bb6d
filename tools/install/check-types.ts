import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../lib/workspace.mjs";
import { moduleResolutions, writeTsconfig } from "./user-program.js";

/** What a user's compiler says; tfjs's own declarations have faults, which `skipLibCheck` hides from its users. */
export const listTypeErrors = (output: string): string[] =>
  output.split("\n").filter((line) => /\berror TS\d+:/.test(line) && !/@tensorflow[+/\\]/.test(line));

/**
 * Compiles `program.mts` of a folder as a user's compiler would under each way of resolving modules, into `compiled/`.
 *
 * @throws Error with what the compiler says of the program or of our declarations.
 */
export async function checkTypes(folder: string): Promise<void> {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const types = join(root, "node_modules", "@types");
  for (const name of Object.keys(moduleResolutions) as (keyof typeof moduleResolutions)[]) {
    const config = `tsconfig.${name}.json`;
    await writeFile(join(folder, config), writeTsconfig(name, types));
    const output = await promisify(execFile)(process.execPath, [compiler, "-p", config], {
      cwd: folder,
    }).then(
      () => "",
      (error: { stdout?: string }) => error.stdout ?? String(error),
    );
    const errors = listTypeErrors(output);
    const isCompiled = output === "" || /\berror TS\d+:/.test(output);
    if (errors.length > 0 || !isCompiled) {
      throw new Error(`types under ${name} are at fault:\n${isCompiled ? errors.join("\n") : output}`);
    }
  }
}
