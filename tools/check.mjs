#!/usr/bin/env node
// Every gate, one after the other: what failed is shown in full, and the closing line counts them.
import "./check-node.cjs";

const { install } = await import("./lib/install.mjs");
const { runScript, runTurbo } = await import("./lib/run-child.mjs");
const { closingLine } = await import("./lib/totals.mjs");

const quiet = { quiet: true };
const turbo = ["--ui=stream", "--output-logs=errors-only", "--continue=dependencies-successful"];
/** @param {string} script @param {string[]} args */
const typescript = (script, ...args) => runScript("node_modules/tsx/dist/cli.mjs", [script, ...args], quiet);

/** @type {Record<string, () => Promise<{ code: number, output: string }>>} */
const gates = {
  typecheck: () => runTurbo(["run", "typecheck", ...turbo], quiet),
  lint: () => runTurbo(["run", "lint", "lint:root", ...turbo], quiet),
  imports: () => typescript("tools/check-imports.ts"),
  docs: () => typescript("tools/check-docs.ts"),
  readmes: () => typescript("tools/check-readmes.ts"),
  packages: () => typescript("tools/check-packages.ts", "contents"),
  publint: () => typescript("tools/check-packages.ts", "publint"),
  attw: () => typescript("tools/check-packages.ts", "attw"),
  guides: () => typescript("tools/docs/check.ts"),
  knip: () => runScript("node_modules/knip/bin/knip.js", ["--no-progress"], quiet),
  release: () => typescript("tools/test-install.ts"),
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in gates));
if (unknown.length > 0) {
  console.error(`No gate is called ${unknown.join(" or ")}. The gates are ${Object.keys(gates).join(", ")}.`);
  process.exit(2);
}

await install();
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const name of chosen.length > 0 ? chosen : Object.keys(gates)) {
  const start = performance.now();
  const { code, output } = await /** @type {NonNullable<typeof gates[string]>} */ (gates[name])();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${code === 0 ? "ok    " : "failed"} ${name.padEnd(10)} ${seconds} s`);
  if (code !== 0) console.log(`${output.trimEnd()}\n`);
  counts[code === 0 ? "passed" : "failed"] += 1;
}
console.log(`\n${closingLine(counts)}`);
process.exitCode = counts.failed > 0 ? 1 : 0;
