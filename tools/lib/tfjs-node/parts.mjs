import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The newest of tfjs-node; its addon is built from the source in its npm package. */
export const tfjsNodeVersion = "4.22.0";
/** The newest TensorFlow against whose C library that source was built and tested. */
export const defaultTensorflow = "2.21.0";
/** Builds the addon. */
export const nodeGypVersion = "12.4.0";

/**
 * Everything that an installation consists of, by the names it goes under.
 * @typedef {object} Parts
 * @property {"cpu" | "gpu"} device
 * @property {string} packageName of tfjs-node
 * @property {string} wheel PyPI's package that holds TensorFlow's library
 * @property {string} tensorflow its version
 * @property {string} cache the folder that keeps what was fetched and built
 * @property {string} library folder of the unpacked wheel: tensorflow/, and nvidia/ once CUDA's libraries are there
 * @property {string} project npm project in which the package is built
 * @property {string} built the package's folder in it
 */

/**
 * @param {{ gpu?: boolean, tensorflow?: string, cache?: string }} options
 * @param {string} [architecture] as Node.js names it
 * @returns {Parts}
 */
export function nameParts(
  { gpu = false, tensorflow = defaultTensorflow, cache },
  architecture = process.arch,
) {
  const device = gpu ? "gpu" : "cpu";
  const packageName = gpu ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
  // PyPI's tensorflow-cpu is for x86-64 alone; on arm64 the package tensorflow computes on the processor.
  const wheel = !gpu && architecture === "x64" ? "tensorflow-cpu" : "tensorflow";
  const folder = resolve(cache ?? cacheFolder(process.env));
  const project = join(folder, `${packageName.split("/")[1]}-${tfjsNodeVersion}-tensorflow-${tensorflow}`);
  return {
    device,
    packageName,
    wheel,
    tensorflow,
    cache: folder,
    library: join(folder, `tensorflow-${tensorflow}-${device}`),
    project,
    built: join(project, "node_modules", packageName),
  };
}

/** @param {Record<string, string | undefined>} environment */
export function cacheFolder({ GAN_TFJS_NODE_CACHE: chosen, XDG_CACHE_HOME: caches }) {
  return chosen || join(caches || join(homedir(), ".cache"), "gan-tfjs-node");
}
