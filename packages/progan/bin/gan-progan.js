#!/usr/bin/env node
import { existsSync } from "node:fs";

const cli = new URL("../dist/cli.js", import.meta.url);
const [command, ...rest] = process.argv.slice(2);
if (!existsSync(cli)) {
  console.error(
    "[gan/progan] this copy is not built yet. Run `npm start` or `pnpm build` at the repository's root first.",
  );
  process.exitCode = 1;
} else if (command === "doctor") {
  // Works where what the other commands need does not load.
  const { runDoctorAlone } = await import("@gan/core/doctor");
  process.exitCode = await runDoctorAlone(rest, import.meta.dirname);
} else {
  const { runCli } = await import(cli.href);
  process.exitCode = await runCli(process.argv.slice(2));
}
