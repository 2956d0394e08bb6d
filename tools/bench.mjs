#!/usr/bin/env node
// Every benchmark from a fresh clone: install, build, then `turbo bench`, which is never cached. Further arguments go
// to the benchmark, as in `npm run bench -- --peers pytorch`.
import "./check-node.cjs";

const { install } = await import("./lib/install.mjs");
const { runTurbo } = await import("./lib/run-child.mjs");

await install();
const given = process.argv.slice(2).filter((argument) => argument !== "--");
const turbo = ["run", "bench", "--concurrency=1", "--env-mode=loose", "--ui=stream"];
const { code } = await runTurbo([...turbo, "--", ...given], { ownGroup: true });
process.exitCode = code;
