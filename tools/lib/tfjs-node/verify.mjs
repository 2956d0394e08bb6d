import { runProgram } from "../run-program.mjs";

/**
 * A product and the gradient of a convolution, on the package in the folder that is the first argument; prints what
 * computed them.
 */
const program = `
const util = require("node:util");
util.isNullOrUndefined ??= (value) => value === null || value === undefined; // Node.js 23 removed it
const tf = require(process.argv[1]);
const side = 64;
const product = tf.matMul(tf.ones([side, side]), tf.ones([side, side])).dataSync();
const images = tf.ones([2, 8, 8, 3]);
const gradient = tf.grad((filter) => tf.sum(tf.conv2d(images, filter, 1, "valid")))(tf.zeros([3, 3, 3, 4])).dataSync();
const { binding, isUsingGpuDevice } = tf.backend();
const right = product.every((value) => value === side) && gradient.every((value) => value === 72);
console.log(JSON.stringify({ right, tensorflow: binding.TF_Version, usesGpu: isUsingGpuDevice }));
`;

/**
 * Computes with a built package, in a process of its own.
 * @param {string} folder of the package
 * @returns {Promise<{ tensorflow: string, usesGpu: boolean }>} the library's version, and whether it took a graphics card
 * @throws {import("../run-program.mjs").InstallError} when it does not load or computes wrongly
 */
export async function verify(folder) {
  const options = {
    what: `computing with ${folder}`,
    remedy: "npm run tfjs-node -- remove --purge, then install again, perhaps with another --tensorflow",
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: process.env["TF_CPP_MIN_LOG_LEVEL"] ?? "2" },
  };
  const output = await runProgram(process.execPath, ["-e", `${program}`, folder], options);
  const { right, ...found } = JSON.parse(output.trim().split("\n").at(-1) ?? "");
  if (!right) throw new Error(`${folder} computes wrong products or gradients`);
  return found;
}
