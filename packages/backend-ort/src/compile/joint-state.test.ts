import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compile, configure, explain } from "../index.js";
import { seededTensor } from "../kernels/parity.test-helper.js";

beforeEach(async () => {
  await tf.setBackend("ort");
});
afterEach(() => configure({ withoutPasses: new Set(), provider: "cpu" }));

const SHAPES = [[3, 3, 2, 4], [4], [4], [5, 2], [1], [1, 1]] as const;

/** Weights of several shapes with Adam's moments and an average of each, all moved by one compiled step. */
function createTraining(seed = 1) {
  const weights = SHAPES.map((shape, index) => tf.tidy(() => tf.variable(seededTensor(shape, seed + index))));
  const zeros = () => weights.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros(shape))));
  const [first, second, averages] = [zeros(), zeros(), zeros()] as const;
  const update = (x: tf.Tensor, rate: tf.Scalar): tf.Scalar => {
    const loss = () => tf.addN(weights.map((weight) => tf.sum(tf.square(tf.sub(weight, x))))) as tf.Scalar;
    const { value, grads } = tf.variableGrads(loss, weights);
    for (const [index, weight] of weights.entries()) {
      const gradient = grads[weight.name] as tf.Tensor;
      const [m, v, average] = [first[index], second[index], averages[index]] as [
        tf.Variable,
        tf.Variable,
        tf.Variable,
      ];
      m.assign(tf.add(tf.mul(m, 0.5), tf.mul(gradient, 0.5)));
      v.assign(tf.add(tf.mul(v, 0.9), tf.mul(tf.square(gradient), 0.1)));
      weight.assign(tf.sub(weight, tf.mul(tf.div(m, tf.add(tf.sqrt(v), 1e-6)), rate)));
      // Another share for each: constants that differ.
      average.assign(tf.add(tf.mul(average, 0.9), tf.mul(weight, 0.1 + index / 100)));
    }
    return value;
  };
  const variables = [...weights, ...first, ...second, ...averages];
  const step = compile(update);
  const run = (x: number, rate = 0.1): number =>
    tf.tidy(() => step(tf.scalar(x), tf.scalar(rate)).dataSync()[0] as number);
  const values = (): number[][] => variables.map((variable) => Array.from(variable.dataSync()));
  const dispose = () => {
    step.dispose();
    tf.dispose(variables);
  };
  return { weights, first, averages, variables, update, run, values, dispose };
}

/** What `play` leaves in the variables with updates joined and without, which must be the same bits. */
function expectSame(play: (training: ReturnType<typeof createTraining>) => unknown): void {
  const outcomes = [[], ["joining"] as const].map((without) => {
    configure({ withoutPasses: new Set(without) });
    const training = createTraining();
    const seen = play(training);
    const outcome = { seen, values: training.values() };
    training.dispose();
    return outcome;
  });
  expect(outcomes[0]).toEqual(outcomes[1]);
  expect(outcomes[0]?.values.flat().every(Number.isFinite)).toBe(true);
}

describe("updates of small variables that are alike", () => {
  it("are one chain of operators", () => {
    const nodes = [[], ["joining"] as const].map((without) => {
      configure({ withoutPasses: new Set(without) });
      const training = createTraining();
      training.run(1);
      const count = explain().graphs.at(-1)?.nodes as number;
      training.dispose();
      return count;
    });
    // 6 variables of 16 operators each, against one such chain, two joints and their parts.
    expect(nodes[0]).toBeLessThan((nodes[1] as number) - 50);
  });

  it("give the same bits as apart, call after call", () => {
    expectSame(({ run }) => Array.from({ length: 5 }, (_, index) => run(index / 3)));
  });

  it("are seen by whoever reads in between, and go on", () => {
    expectSame(({ run, values, weights }) => {
      const seen: unknown[] = [];
      for (let index = 0; index < 4; index++) {
        seen.push(run(1));
        if (index % 2 === 0) seen.push(values());
        seen.push(tf.tidy(() => tf.sum(weights[0] as tf.Tensor).dataSync()[0]));
      }
      return seen;
    });
  });

  it("take up values that were assigned in between, one or all, as a checkpoint's", () => {
    expectSame(({ run, variables, weights, values }) => {
      run(1);
      run(1);
      tf.tidy(() => (weights[1] as tf.Variable).assign(tf.tensor1d([9, 8, 7, 6])));
      const seen = [run(2)];
      const saved = values();
      seen.push(run(3), run(4));
      tf.tidy(() => {
        for (const [index, variable] of variables.entries())
          variable.assign(tf.tensor(saved[index] as number[], variable.shape));
      });
      seen.push(run(3), run(4));
      expect(seen[1]).toBe(seen[3]);
      expect(seen[2]).toBe(seen[4]);
      return seen;
    });
  });

  it("leave alone what others hold: clones, arrays that were read, recorded calls", () => {
    const { run, weights, dispose } = createTraining();
    const weight = weights[3] as tf.Variable;
    run(1);
    run(1);
    const clone = weight.clone();
    const recorded = tf.mul(weight, 2);
    const before = Array.from(clone.dataSync());
    run(1);
    const read = weight.dataSync();
    const after = Array.from(read);
    run(1);
    run(1);
    expect(Array.from(clone.dataSync())).toEqual(before);
    expect(Array.from(recorded.dataSync())).toEqual(before.map((value) => Math.fround(value * 2)));
    expect(Array.from(read)).toEqual(after);
    // A read array is no window into the memory of others.
    expect(read.byteLength).toBe(read.buffer.byteLength);
    expect(after).not.toEqual(before);
    tf.dispose([clone, recorded]);
    dispose();
  });

  it("see what the program writes into an array that it read", () => {
    expectSame(({ run, first }) => {
      run(1);
      (first[1] as tf.Variable).dataSync()[2] = 5;
      return [run(1), run(1)];
    });
  });

  it("may belong to two compiled functions in turn", () => {
    expectSame(({ run, update, weights, averages }) => {
      const other = compile((x: tf.Scalar) => {
        for (const [index, average] of averages.entries()) {
          average.assign(tf.add(tf.mul(average, 0.5), tf.mul(weights[index] as tf.Tensor, x)));
        }
        return update(x, tf.scalar(0.01));
      });
      const seen: number[] = [];
      for (let index = 0; index < 4; index++) {
        seen.push(run(index));
        seen.push(tf.tidy(() => other(tf.scalar(0.25)).dataSync()[0] as number));
      }
      other.dispose();
      return seen;
    });
  });

  it("keep their values when the function is disposed, and free every tensor with the variables", () => {
    const before = tf.memory();
    const { run, values, dispose, variables } = createTraining();
    run(1);
    run(1);
    const last = values();
    const held = tf.memory();
    run(1);
    expect(tf.memory()).toEqual(held);
    expect(held.numTensors - before.numTensors).toBe(variables.length);
    expect(last.flat()).not.toEqual(values().flat());
    dispose();
    expect(tf.memory()).toEqual(before);
  });

  it("stay apart where one needs the other's result", () => {
    // The second weight's gradient is the first weight's new value.
    const [a, b] = [tf.variable(tf.tensor1d([1, 2])), tf.variable(tf.tensor1d([3, 4]))];
    const step = compile((x: tf.Scalar) => {
      a.assign(tf.sub(a, tf.mul(tf.mul(x, 2), 0.5)));
      const from = tf.reshape(tf.matMul(tf.reshape(a, [1, 2]), tf.eye(2)), [2]);
      b.assign(tf.sub(b, tf.mul(from, 0.5)));
      return x.clone();
    });
    for (let index = 0; index < 3; index++) tf.tidy(() => step(tf.scalar(1)));
    expect(Array.from(a.dataSync())).toEqual([-2, -1]);
    expect(Array.from(b.dataSync())).toEqual([3 - (0 - 1 - 2) / 2, 4 - (1 + 0 - 1) / 2]);
    step.dispose();
    tf.dispose([a, b]);
  });
});
