// What the bin of every package does; plain JavaScript, since it has to work, and say what is wrong, before anything is
// built and where what the commands need does not load.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Runs the command line of a package and sets the process's exit code.
 *
 * @param {string} name Of the package, without its scope.
 * @param {string} folder The bin's: `import.meta.dirname`.
 * @param {{ module?: string, run?: string }} [options] The module with the command line, relative to the package, and
 *   its function. Default: `runCli` of `dist/cli.js`.
 */
export async function runBin(name, folder, { module = "dist/cli.js", run = "runCli" } = {}) {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      // Whoever read has gone, as `| head` does: what is still to be said is lost, what is still to be done is not.
      if (error.code !== "EPIPE") throw error;
    });
  }
  const cli = join(folder, "..", module);
  const [command, ...rest] = process.argv.slice(2);
  if (!existsSync(cli)) {
    console.error(
      `[gan/${name}] this copy is not built yet. Run \`npm start\` or \`pnpm build\` at the repository's root first.`,
    );
    process.exitCode = 1;
  } else if (command === "doctor") {
    // Works where what the other commands need does not load.
    const { runDoctorAlone } = await import("@gan/core/doctor");
    process.exitCode = await runDoctorAlone(rest, folder);
  } else {
    const program = await import(pathToFileURL(cli).href);
    process.exitCode = await program[run](process.argv.slice(2));
  }
}
