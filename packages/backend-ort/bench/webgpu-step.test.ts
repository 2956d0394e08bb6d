import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { configure, explain } from "../src/index.js";
import { seededTensor, seededValues } from "../src/kernels/parity.test-helper.js";
import { probeProvider } from "../src/providers/probe.js";
import { createDcganStep, type DcganStep } from "./dcgan-step.js";

const probe = probeProvider("webgpu");
const skipped = probe.usable ? "" : ` (skipped, no adapter: ${probe.reason})`;

const [size, batch, features, steps] = [16, 8, 8, 20];
/** A step at which the variables are read. */
const middle = 10;

interface Training {
  /** Discriminator's and generator's loss of each step. */
  readonly losses: readonly (readonly [number, number])[];
  /** All variables after {@link middle} steps, and at the end. */
  readonly atMiddle: readonly Float32Array[];
  readonly atEnd: readonly Float32Array[];
  /** Live tensors after each step. */
  readonly tensors: readonly number[];
  /** Bytes on the device after each step. */
  readonly deviceBytes: readonly number[];
  readonly nodesOnCpu: Readonly<Record<string, number>> | undefined;
}

const variablesOf = ({ generator, discriminator }: DcganStep): tf.Variable[] => [
  ...generator.variables.values(),
  ...discriminator.variables.values(),
];

/** Trains from the same weights, noise and images each time. */
async function train(provider: "cpu" | "webgpu"): Promise<Training> {
  configure({ provider });
  // At the paper's learning rate rounding alone grows to 2e-2 within 20 steps, between two runs on the CPU too.
  const dcgan = createDcganStep({ size, features }, { learningRate: 2e-5, epsilon: 1e-4 });
  const variables = variablesOf(dcgan);
  for (const [index, variable] of variables.entries()) {
    if (variable.rank < 2) continue;
    const values = seededValues(variable.size, index).map((value) => value * 0.04);
    const start = tf.tensor(values, variable.shape);
    variable.assign(start);
    start.dispose();
  }
  const real = seededTensor<tf.Rank.R4>([batch, size, size, 3], 1000);
  const read = () => variables.map((variable) => Float32Array.from(variable.dataSync()));
  const losses: [number, number][] = [];
  const tensors: number[] = [];
  const deviceBytes: number[] = [];
  let atMiddle: Float32Array[] = [];
  for (let step = 1; step <= steps; step++) {
    const noise = seededTensor<tf.Rank.R2>([batch, 100], step);
    const count = tf.scalar(step, "float32");
    const { discriminator, generator } = dcgan.train(noise, real, count);
    losses.push([discriminator.dataSync()[0] as number, generator.dataSync()[0] as number]);
    tf.dispose([noise, count, discriminator, generator]);
    tensors.push(tf.memory().numTensors);
    deviceBytes.push(explain().deviceBytes);
    if (step === middle) atMiddle = read();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const atEnd = read();
  const nodesOnCpu = explain().graphs.find(({ name }) => name === "dcganStep")?.nodesOnCpu;
  dcgan.dispose();
  real.dispose();
  return { losses, atMiddle, atEnd, tensors, deviceBytes, nodesOnCpu };
}

function largestDifference(a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number {
  expect(a.map(({ length }) => length)).toEqual(b.map(({ length }) => length));
  let largest = 0;
  for (const [row, values] of a.entries()) {
    for (let index = 0; index < values.length; index++) {
      const difference = Math.abs(
        (values[index] as number) - ((b[row] as ArrayLike<number>)[index] as number),
      );
      if (Number.isNaN(difference)) return Number.NaN;
      largest = Math.max(largest, difference);
    }
  }
  return largest;
}

describe.runIf(probe.usable)(`a DCGAN's training on webgpu${skipped}`, () => {
  let webgpu: Training;
  let cpu: Training;

  beforeAll(async () => {
    await tf.setBackend("ort");
    webgpu = await train("webgpu");
    cpu = await train("cpu");
  }, 180_000);
  afterAll(() => configure({ provider: "cpu" }));

  it("has the losses of cpu within 1e-3 over 20 steps", () => {
    expect(webgpu.losses).toHaveLength(steps);
    expect(largestDifference(webgpu.losses, cpu.losses)).toBeLessThan(1e-3);
    // It trains: the losses of the first and the last step are apart.
    expect(Math.abs((cpu.losses[0]?.[0] as number) - (cpu.losses[steps - 1]?.[0] as number))).toBeGreaterThan(
      1e-3,
    );
  });

  it("has its variables, read in the middle and at the end", () => {
    expect(largestDifference(webgpu.atMiddle, cpu.atMiddle)).toBeLessThan(1e-4);
    expect(largestDifference(webgpu.atEnd, cpu.atEnd)).toBeLessThan(1e-4);
    expect(largestDifference(cpu.atMiddle, cpu.atEnd)).toBeGreaterThan(1e-4);
  });

  it("keeps its state on the device, and no tensor more from step to step", () => {
    expect(new Set(webgpu.tensors).size).toBe(1);
    expect(new Set(webgpu.deviceBytes).size).toBe(1);
    expect(webgpu.deviceBytes[0]).toBeGreaterThan(0);
    expect(new Set(cpu.deviceBytes)).toEqual(new Set([0]));
  });

  it("runs every node on the device", () => {
    expect(webgpu.nodesOnCpu).toEqual({});
  });
});
