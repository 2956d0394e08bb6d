#!/usr/bin/env node
// The main job, from a fresh clone: install, build, train a DCGAN on MNIST. Further arguments go to the
// command, as in `npm start -- --out runs/other`.
import "./check-node.cjs";

const { install } = await import("./lib/install.mjs");
const { buildPackage, runScript } = await import("./lib/run-child.mjs");

await install();
const { code: built } = await buildPackage("dcgan");
if (built !== 0) process.exit(built);
const train = ["train", "--config", "mnist-32", "--out", "runs/mnist-32", ...process.argv.slice(2)];
const { code } = await runScript("packages/dcgan/bin/gan-dcgan.js", train, { ownGroup: true });
process.exitCode = code;
