#!/usr/bin/env node
// The tests of core and of every variant that compute, on the real tfjs-node instead of ort and tfjs's plain kernels.
// Where it is not built nothing runs, and a sentence says so. Names of packages choose some: `-- core dcgan`.
import "./check-node.cjs";

const { readdirSync, readFileSync, rmSync } = await import("node:fs");
const { basename, join } = await import("node:path");
const { install } = await import("./lib/install.mjs");
const { runChild, runTurbo } = await import("./lib/run-child.mjs");
const { fetchNode } = await import("./lib/tfjs-node/fetch-node.mjs");
const { findLinked } = await import("./lib/tfjs-node/link.mjs");
const { nameParts } = await import("./lib/tfjs-node/parts.mjs");
const { addCounts, closingLine, totalOfPackage } = await import("./lib/totals.mjs");
const { listPackages, root } = await import("./lib/workspace.mjs");

/** A test file computes on the job's backend when it asks test-kit for one, or is meant for the job alone. */
const asks = /\b(useCpuBackend|useTrainingBackend|testVariant|testParity)\b/;

/** @param {string} folder */
const listTests = (folder) =>
  readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" })
    .map((file) => join("src", file))
    .filter(
      (file) =>
        file.endsWith(".tfjs-node.test.ts") ||
        (file.endsWith(".test.ts") && asks.test(readFileSync(join(folder, file), "utf8"))),
    )
    .sort();

const chosen = process.argv.slice(2);
const tested = listPackages()
  .filter(({ folder }) => folder.startsWith(join(root, "packages")))
  .filter(({ folder }) => chosen.length === 0 || chosen.includes(basename(folder)))
  .map((one) => ({ ...one, files: one.manifest.scripts?.test === undefined ? [] : listTests(one.folder) }))
  .filter(({ files }) => files.length > 0);

if (findLinked("@tensorflow/tfjs-node", root) === undefined) {
  const count = tested.reduce((sum, { files }) => sum + files.length, 0);
  console.log(
    `Skipped: the real tfjs-node is not built here, so its ${count} test files do not run. npm run tfjs-node -- install builds it.`,
  );
} else await testAll();

async function testAll() {
  await install();
  const build = await runTurbo(["run", "build", "build:variant", "--output-logs=errors-only", "--ui=stream"]);
  if (build.code !== 0) process.exit(build.code);
  process.env.GAN_TEST_BACKEND = "tensorflow";
  try {
    process.env.GAN_TEST_NODE = await fetchNode(nameParts({}).cache);
  } catch (error) {
    console.log(`The test on a newer Node.js is skipped: ${/** @type {Error} */ (error).message}`);
  }
  const totals = [];
  for (const { files, ...one } of tested) {
    // npm test's results; its next run restores them.
    rmSync(join(one.folder, ".test-results"), { recursive: true, force: true });
    console.log(`\n${one.name}: ${files.length} test files`);
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const { code } = await runChild(process.execPath, [vitest, "run", "--root", one.folder, ...files]);
    totals.push(totalOfPackage(one, code));
  }
  const sum = addCounts(totals);
  console.log();
  for (const total of totals) console.log(`${total.name.padEnd(20)} ${closingLine(total)}`);
  for (const failure of totals.flatMap(({ failures }) => failures)) console.log(`failed: ${failure}`);
  for (const problem of totals.flatMap(({ problems }) => problems)) console.log(problem);
  console.log(`\n${closingLine(sum)}`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}
