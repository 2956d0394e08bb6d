#!/usr/bin/env node
// Every test of every package, from a fresh clone: install, build, test, then one table and a closing line
// with the totals. Further arguments go to turbo: `npm test -- --filter=@gan/core` or `--force`.
import "./check-node.cjs";

const { existsSync, readdirSync, rmSync } = await import("node:fs");
const { join } = await import("node:path");
const { install } = await import("./lib/install.mjs");
const { runTurbo } = await import("./lib/run-child.mjs");
const { addCounts, closingLine, totalOfPackage } = await import("./lib/totals.mjs");
const { clearSummaries, readSummary } = await import("./lib/turbo-summary.mjs");
const { listPackages } = await import("./lib/workspace.mjs");

await install();

const tested = listPackages().filter(({ manifest }) => manifest.scripts?.test !== undefined);
// turbo restores the results of cached tasks but leaves other files lie: without this, those of a suite that
// is gone would count for ever.
for (const { folder } of tested) rmSync(join(folder, ".test-results"), { recursive: true, force: true });
clearSummaries();

process.env.TEST_MACHINE = describeMachine();
const chosen = process.argv.slice(2);
const { code } = await runTurbo([
  ...["run", "test", "--summarize", "--ui=stream", "--output-logs=new-only", "--concurrency=2"],
  ...["--continue=dependencies-successful", ...chosen],
]);

const tasks = readSummary();
const totals = tested
  .filter(({ name }) => chosen.length === 0 || tasks.has(`${name}#test`))
  .map((one) => ({
    ...totalOfPackage(one, tasks.get(`${one.name}#test`)?.exitCode),
    cached: tasks.get(`${one.name}#test`)?.cached,
  }));
const sum = addCounts(totals);

console.log();
for (const total of totals) {
  console.log(`${total.name.padEnd(20)} ${closingLine(total)}${total.cached ? " (cached)" : ""}`);
}
// Once more where they are found, below thousands of lines.
for (const failure of totals.flatMap(({ failures }) => failures)) console.log(`failed: ${failure}`);
for (const problem of totals.flatMap(({ problems }) => problems)) console.log(problem);
if (totals.length === 0) {
  console.log("no package was tested");
  sum.failed += 1;
} else if (code !== 0 && sum.failed === 0) {
  console.log(`turbo ended with exit code ${code}, though no test failed`);
  sum.failed += 1;
}
console.log(`\n${closingLine(sum)}`);
process.exitCode = sum.failed > 0 ? 1 : 0;

/** What a test's outcome may depend on besides files of the repository; part of turbo's cache key. */
function describeMachine() {
  const drivers = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).sort());
  return [process.version, process.platform, process.arch, ...drivers].join(" ");
}
