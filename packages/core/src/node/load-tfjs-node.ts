import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PassedOver } from "./backend-names.js";
import { findPackage } from "./find-package.js";
import { restoreUtil } from "./restore-util.js";

/** The packages that bring TensorFlow's own library to Node.js, both as the tfjs backend `tensorflow`. */
export type TfjsNodeName = "tfjs-node" | "tfjs-node-gpu";

/** Undefined when it was loaded, else why not, and the error underneath. */
export type TfjsNodeFailure = (PassedOver & { cause?: unknown }) | undefined;

/** Where to read how to have it on a machine of today. */
const today = "for TensorFlow of today, and CUDA 12, see Real tfjs-node in the README of @gan/core";

const unbuiltMessage = /native addon module .*can ?not be found/is;

/**
 * Loads an optional package of TensorFlow's library, which registers the tfjs backend `tensorflow`. Tells apart
 * that it is absent, that it was installed without its native part, and that it is at fault.
 *
 * @param folders Where to look from, upwards. Default: this package's folder and the working folder.
 */
export async function loadTfjsNode(
  name: TfjsNodeName,
  folders?: readonly string[],
): Promise<TfjsNodeFailure> {
  const packageName = `@tensorflow/${name}`;
  const found = findPackage(packageName, folders);
  if (found === undefined) {
    const needs = name === "tfjs-node-gpu" ? " (CUDA 11.2, cuDNN 8.1)" : "";
    return {
      name,
      state: "absent",
      reason: `${packageName} is not installed`,
      remedy: `npm install ${packageName}@4.22.0${needs}; ${today}`,
    };
  }
  restoreUtil();
  // TensorFlow tells of every start what it makes of the processor.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "1";
  try {
    await importMended(createRequire(join(found, "package.json")).resolve(found));
    return undefined;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (unbuiltMessage.test(message)) {
      return {
        name,
        state: "unbuilt",
        reason: `${packageName} in ${found} was installed without its native part`,
        remedy: `npm rebuild ${packageName} --build-addon-from-source (with pnpm: approve its build script first, pnpm approve-builds); ${today}`,
        cause,
      };
    }
    return {
      name,
      state: "faulty",
      reason: `${packageName} in ${found} fails: ${message.trim().split("\n")[0]}`,
      remedy: `repair or remove it: npm uninstall ${packageName}`,
      cause,
    };
  }
}

/**
 * Imports tfjs-node, which brings a copy of all of tfjs: it registers the plain kernels once more, warning of each, and
 * tfjs's gradients in place of ours. What it does wrongly is mended.
 */
async function importMended(path: string): Promise<void> {
  // Not before: where tfjs itself does not load, this module still tells why others do not.
  const { env } = await import("@tensorflow/tfjs-core");
  const { registerGradients } = await import("../autodiff/index.js");
  const { mendTfjsNode } = await import("./mend-tfjs-node.js");
  const wasQuiet = env().getBool("PROD");
  env().set("PROD", true);
  try {
    await import(pathToFileURL(path).href);
    mendTfjsNode();
  } finally {
    env().set("PROD", wasQuiet);
    registerGradients();
  }
}
