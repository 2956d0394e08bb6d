/** GFLOP/s of a float32 matrix product of two 2048×2048 matrices through the backend: median of 9 after 2 that warm up. */
import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../src/index.js";

const side = 2048;
await tf.setBackend("ort");
const multiply = compile((left: tf.Tensor2D, right: tf.Tensor2D) => tf.matMul(left, right), {
  name: "sgemm",
});
const [left, right] = [
  tf.randomUniform<tf.Rank.R2>([side, side]),
  tf.randomUniform<tf.Rank.R2>([side, side]),
];
const seconds: number[] = [];
for (let index = 0; index < 11; index++) {
  const start = performance.now();
  multiply(left, right).dispose();
  if (index >= 2) seconds.push((performance.now() - start) / 1e3);
}
seconds.sort((a, b) => a - b);
console.log(JSON.stringify({ gigaflops: (2 * side ** 3) / seconds[4]! / 1e9 }));
process.exit(0);
