#!/usr/bin/env node
import { existsSync } from "node:fs";

const cli = new URL("../dist/cli/gan.js", import.meta.url);
if (existsSync(cli)) {
  const { runGan } = await import(cli.href);
  process.exitCode = await runGan(process.argv.slice(2));
} else {
  console.error(
    "[gan/core] this copy is not built yet. Run `npm start` or `pnpm build` at the repository's root first.",
  );
  process.exitCode = 1;
}
