/**
 * What the roofline model knows of this machine, as a line of JSON, all through the backend: a large matrix product,
 * additions of tensors of 4 MB, and a chain of additions of single numbers.
 */
import { compile, configure } from "@gan/backend-ort";
import * as tf from "@tensorflow/tfjs-core";

/** The median time of a compiled function that runs some dozen times, in milliseconds. */
function time(run: () => tf.Tensor): number {
  const millis: number[] = [];
  const end = performance.now() + 1500;
  for (let index = 0; index < 8 || (performance.now() < end && index < 200); index++) {
    const start = performance.now();
    run().dispose();
    if (index >= 3) millis.push(performance.now() - start);
  }
  millis.sort((a, b) => a - b);
  return millis[millis.length >> 1] as number;
}

configure({ provider: "cpu" });
await tf.setBackend("ort");
const side = 2048;
const multiply = compile((a: tf.Tensor2D, b: tf.Tensor2D) => tf.matMul(a, b), { name: "product" });
const [left, right] = [
  tf.randomUniform<tf.Rank.R2>([side, side], 0, 1, "float32", 1),
  tf.randomUniform<tf.Rank.R2>([side, side], 0, 1, "float32", 2),
];
const product = time(() => multiply(left, right));

/** Adds and multiplies in turn, so that no two become one. */
function chain(length: number, name: string) {
  return compile(
    (a: tf.Tensor, b: tf.Tensor) => {
      let value = a;
      for (let index = 0; index < length; index++) value = index % 2 ? tf.mul(value, b) : tf.add(value, b);
      return value;
    },
    { name },
  );
}
const [large, other] = [tf.ones([1 << 20]), tf.ones([1 << 20])];
const [few, many] = [chain(10, "few"), chain(30, "many")];
const moving = (time(() => many(large, other)) - time(() => few(large, other))) / 20;
const [one, two] = [tf.ones([1]), tf.ones([1])];
const longer = chain(300, "calls");
const calls = (time(() => longer(one, two)) - time(() => few(one, two))) / 290;
console.log(
  JSON.stringify({
    gflops: (2 * side ** 3) / product / 1e6,
    gigabytesPerSecond: (3 * 4 * 2 ** 20) / moving / 1e6,
    nodeMicros: Math.max(0, 1000 * calls),
  }),
);
process.exit(0);
