/**
 * Adds a variant: a package that builds, passes `testVariant`, and is found by benchmarks and documentation. Its networks
 * are a small convolutional GAN's; CONTRIBUTING.md walks from there to the paper's.
 *
 *     pnpm new-variant sagan --title "Self-attention GAN" --authors "Zhang et al. 2018" --url https://arxiv.org/abs/1805.08318
 */
import { parseArgs } from "node:util";
import { runScript } from "./lib/run-child.mjs";
import { root } from "./lib/workspace.mjs";
import { scaffoldVariant } from "./new-variant/scaffold.js";

const usage = 'Usage: pnpm new-variant NAME --title "…" --authors "… YEAR" --url https://…';

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { title: { type: "string" }, authors: { type: "string" }, url: { type: "string" } },
  });
  const [name] = positionals;
  const { title, authors, url } = values;
  if (name === undefined || title === undefined || authors === undefined || url === undefined) {
    console.error(usage);
    return 2;
  }
  const written = scaffoldVariant(root, { name, title, authors, url });
  // Names and sentences of any length: the formatter breaks the lines.
  await runScript("node_modules/@biomejs/biome/bin/biome", ["check", "--write", `packages/${name}`], {
    quiet: true,
  });
  const { code } = await runScript("node_modules/pnpm/bin/pnpm.cjs", ["install", "--prefer-offline"]);
  if (code !== 0) return code;
  console.log(`\n${written.map((file) => `  ${file}`).join("\n")}\n`);
  console.log(`Next: npx pnpm --filter @gan/${name}... build && npx pnpm --filter @gan/${name} test`);
  console.log('"Adding a variant" in CONTRIBUTING.md goes on from there.');
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
