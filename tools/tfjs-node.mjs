#!/usr/bin/env node
// The real tfjs-node on TensorFlow's library of today, built from its npm package's source and PyPI's wheel, linked
// into node_modules. Nothing of either is part of this repository.
import "./check-node.cjs";

const { parseArgs } = await import("node:util");
const { rmSync } = await import("node:fs");
const { install: installWorkspace } = await import("./lib/install.mjs");
const { buildPackage } = await import("./lib/run-child.mjs");
const { root } = await import("./lib/workspace.mjs");
const { buildAddon } = await import("./lib/tfjs-node/build-addon.mjs");
const { requireMachine, showsNvidia } = await import("./lib/tfjs-node/check-machine.mjs");
const { runDemo } = await import("./lib/tfjs-node/demo.mjs");
const { fetchCuda, fetchTensorflow } = await import("./lib/tfjs-node/fetch-tensorflow.mjs");
const { link, unlink } = await import("./lib/tfjs-node/link.mjs");
const { defaultTensorflow, nameParts, tfjsNodeVersion } = await import("./lib/tfjs-node/parts.mjs");
const { InstallError } = await import("./lib/run-program.mjs");
const { verify } = await import("./lib/tfjs-node/verify.mjs");

const usage = `npm run tfjs-node -- install [options]   fetch, build, link, and compute something with it
npm run tfjs-node -- remove [options]    undo the link; with --purge delete what was built and fetched too
npm run tfjs-node -- demo                from a fresh clone: install, then train a DCGAN for 200 steps on it and on ort

  --gpu                 @tensorflow/tfjs-node-gpu on TensorFlow's library for CUDA 12
  --cuda, --no-cuda     with --gpu: fetch NVIDIA's CUDA and cuDNN too; default: where a card shows
  --into FOLDER         project to link it into; default: this repository
  --tensorflow VERSION  default ${defaultTensorflow}
  --cache FOLDER        default $GAN_TFJS_NODE_CACHE, or gan-tfjs-node in $XDG_CACHE_HOME or ~/.cache
`;
const options = /** @type {const} */ ({
  gpu: { type: "boolean", default: false },
  cuda: { type: "boolean" },
  into: { type: "string", default: root },
  tensorflow: { type: "string" },
  cache: { type: "string" },
  purge: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
});

/** @param {string} text */
const tell = (text) => console.log(text);

/** @typedef {ReturnType<typeof parse>["values"]} Values */
function parse() {
  return parseArgs({ allowPositionals: true, allowNegative: true, options });
}

/** @param {Values} values */
async function install(values) {
  await requireMachine(values);
  const parts = nameParts(values);
  await fetchTensorflow(parts, tell);
  if (values.gpu && (values.cuda ?? showsNvidia())) await fetchCuda(parts, tell);
  await buildAddon(parts, tell);
  const { tensorflow, usesGpu } = await verify(parts.built);
  const place = link(parts, values.into);
  tell(`${parts.packageName} ${tfjsNodeVersion} runs on TensorFlow ${tensorflow}; ${place} leads to it.`);
  if (values.gpu && !usesGpu) {
    const remedy = showsNvidia()
      ? "Set TF_CPP_MIN_LOG_LEVEL=0 to see why"
      : "A card needs NVIDIA's driver, 525 or newer, and its libraries (install --gpu --cuda)";
    tell(`It sees no NVIDIA card and computes on the processor. ${remedy}.`);
  }
}

/** From a fresh clone on. @param {Values} values */
async function demo(values) {
  await requireMachine({ gpu: false });
  await installWorkspace();
  const build = await buildPackage("dcgan");
  if (build.code !== 0) throw new InstallError("Building the packages failed; the message is above.");
  await install({ ...values, gpu: false, into: root });
  await runDemo(tell);
}

/** @param {Values} values */
function remove(values) {
  const parts = nameParts(values);
  const place = unlink(parts, values.into);
  tell(
    place === undefined ? `${parts.packageName} was not linked into ${values.into}.` : `${place} is gone.`,
  );
  if (!values.purge) return;
  for (const folder of [parts.project, parts.library]) rmSync(folder, { recursive: true, force: true });
  tell(`What was built and fetched is gone from ${parts.cache}.`);
}

try {
  const { values, positionals } = parse();
  const [command] = positionals;
  if (values.help || command === undefined) console.log(usage);
  else if (command === "install") await install(values);
  else if (command === "remove") remove(values);
  else if (command === "demo") await demo(values);
  else throw new InstallError(`There is no command ${command}.\n\n${usage}`);
} catch (error) {
  const isTold =
    error instanceof InstallError ||
    String(/** @type {{ code?: string }} */ (error).code).startsWith("ERR_PARSE_ARGS");
  console.error(isTold ? /** @type {Error} */ (error).message : error);
  process.exitCode = 1;
}
