/**
 * What the roofline model knows of this machine, as a line of JSON, all through the backend: a large matrix product,
 * additions of tensors of 4 MB, and a chain of additions of single numbers:
 *
 *     tsx suite/machine-peaks.ts [cpu | webgpu | cuda]
 */
import { type BackendOptions, compile, configure, explain } from "@gan/backend-ort";
import * as tf from "@tensorflow/tfjs-core";

/** The least time of a compiled function that runs some dozen times, in milliseconds. */
function time(run: () => tf.Tensor): number {
  const millis: number[] = [];
  const end = performance.now() + 1500;
  for (let index = 0; index < 8 || (performance.now() < end && index < 200); index++) {
    const start = performance.now();
    run().dispose();
    if (index >= 3) millis.push(performance.now() - start);
  }
  return Math.min(...millis);
}

const provider = (process.argv[2] ?? "cpu") as BackendOptions["provider"];
configure({ provider });
const { used, notice } = explain().provider;
if (used !== provider) throw new Error(notice);
await tf.setBackend("ort");
// On a graphics card a call brings its operands there and its result back: chains so long that this counts little.
const lengths = provider === "cpu" ? { products: 1, additions: 60 } : { products: 200, additions: 3000 };
const side = 2048;
const multiply = compile(
  (a: tf.Tensor2D, b: tf.Tensor2D) => {
    let value = a;
    for (let index = 0; index < lengths.products; index++) value = tf.matMul(value, b);
    return value;
  },
  { name: "product" },
);
const [left, right] = [
  tf.randomUniform<tf.Rank.R2>([side, side], 0, 1, "float32", 1),
  // Products of such matrices stay of one size, however many.
  tf.randomUniform<tf.Rank.R2>([side, side], 0, 2 / side, "float32", 2),
];
const product = time(() => multiply(left, right)) / lengths.products;

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
// Long chains: what a call costs besides is a few parts in a hundred, and no difference of two times is needed.
const [additions, calls] = [chain(lengths.additions, "additions"), chain(1000, "calls")];
const moving = time(() => additions(large, other)) / lengths.additions;
const [one, two] = [tf.ones([1]), tf.ones([1])];
const calling = time(() => calls(one, two)) / 1000;
console.log(
  JSON.stringify({
    gflops: (2 * side ** 3) / product / 1e6,
    gigabytesPerSecond: (3 * 4 * 2 ** 20) / moving / 1e6,
    nodeMicros: 1000 * calling,
  }),
);
process.exit(0);
