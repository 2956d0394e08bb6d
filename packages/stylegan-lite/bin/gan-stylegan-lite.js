#!/usr/bin/env node
import { existsSync } from "node:fs";

const cli = new URL("../dist/cli.js", import.meta.url);
if (existsSync(cli)) {
  const { runCli } = await import(cli.href);
  process.exitCode = await runCli(process.argv.slice(2));
} else {
  console.error(
    "[gan/stylegan-lite] this copy is not built yet. Run `npm start` or `pnpm build` at the repository's root first.",
  );
  process.exitCode = 1;
}
