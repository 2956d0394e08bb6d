import { Random } from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import { mean, sub, tensor2d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createTiny, read } from "../tiny.test-helper.js";
import { computeStyleComponents, computeWeightDirections, type StyleDirection } from "./style-directions.js";

beforeAll(useCpuBackend);

const variant = createTiny();
const size = variant.config.styleSize;
const dot = (one: ArrayLike<number>, other: ArrayLike<number>) =>
  Array.from(one).reduce((sum, value, at) => sum + value * (other[at] as number), 0);

function expectOrthonormal(directions: readonly StyleDirection[]) {
  for (const [index, { vector }] of directions.entries()) {
    for (const [place, other] of directions.entries()) {
      expect(dot(vector, other.vector)).toBeCloseTo(index === place ? 1 : 0, 5);
    }
  }
}

/** Styles of latents that the code under test has not seen, around their mean. */
function drawStyles(count: number): number[][] {
  const rows = tidy(() => {
    const latents = tensor2d(new Random(99).normals(count * 5), [count, 5]);
    const styles = variant.mapLatents(latents);
    return sub(styles, mean(styles, 0)).arraySync() as number[][];
  });
  return rows;
}

describe("computeStyleComponents", () => {
  it("finds directions at right angles, along which w varies less and less", async () => {
    const found = await computeStyleComponents(variant, { count: size, samples: 20_000 });
    expectOrthonormal(found);
    const styles = drawStyles(20_000);
    let before = Number.POSITIVE_INFINITY;
    for (const { vector, value, deviation } of found) {
      const variance = styles.reduce((sum, row) => sum + dot(vector, row) ** 2, 0) / styles.length;
      expect(value).toBeLessThanOrEqual(before);
      expect(Math.abs(variance - value)).toBeLessThan(0.05 * value + 1e-6);
      expect(deviation).toBeCloseTo(Math.sqrt(value), 4);
      before = value;
    }
    expect((found[0] as StyleDirection).value).toBeGreaterThan(2 * (found[size - 1] as StyleDirection).value);
    expect(found.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
  });

  it("refuses more directions than w has", async () => {
    await expect(computeStyleComponents(variant, { count: 7 })).rejects.toThrow(
      "from 1 to 6, the size of w, got 7",
    );
    await expect(computeWeightDirections(variant, { count: 0 })).rejects.toThrow("got 0");
  });
});

describe("computeWeightDirections", () => {
  /** AᵀA of the weights as the network's own parameters hold them. */
  function computeGram(isWanted: (name: string) => boolean): number[][] {
    const gram = Array.from({ length: size }, () => new Array<number>(size).fill(0));
    for (const [name, parameter] of variant.averages.generator.module.synthesis.namedParameters()) {
      if (!name.endsWith("affine.weight") || !isWanted(name)) continue;
      const [, features] = parameter.shape as [number, number];
      const values = read(parameter); // [styleSize, features], used divided by √styleSize
      for (let feature = 0; feature < features; feature++) {
        for (let row = 0; row < size; row++) {
          for (let column = 0; column < size; column++) {
            const [a, b] = [values[row * features + feature], values[column * features + feature]];
            (gram[row] as number[])[column] =
              ((gram[row] as number[])[column] as number) + ((a as number) * (b as number)) / size;
          }
        }
      }
    }
    return gram;
  }

  it.each([
    ["all layers", undefined, () => true],
    ["layers 1 and 2", [1, 2], (name: string) => /^(toImages\.0|blocks\.1\.(first|second))\./.test(name)],
  ])("gives AᵀA·v = λ·v for %s", async (_, layers, isWanted) => {
    const found = await computeWeightDirections(variant, { count: size, samples: 500, layers });
    expectOrthonormal(found);
    const gram = computeGram(isWanted);
    let before = Number.POSITIVE_INFINITY;
    for (const { vector, value } of found) {
      expect(value).toBeLessThanOrEqual(before);
      before = value;
      gram.forEach((row, at) => {
        expect(Math.abs(dot(row, vector) - value * (vector[at] as number))).toBeLessThan(
          1e-4 * (found[0]?.value ?? 0),
        );
      });
    }
    expect(found.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(
      gram.reduce((sum, row, at) => sum + (row[at] as number), 0),
      3,
    );
  });

  it("says how w is spread along them", async () => {
    const found = await computeWeightDirections(variant, { count: 2, samples: 20_000 });
    const styles = drawStyles(20_000);
    for (const { vector, deviation } of found) {
      const variance = styles.reduce((sum, row) => sum + dot(vector, row) ** 2, 0) / styles.length;
      expect(Math.abs(deviation - Math.sqrt(variance))).toBeLessThan(0.03 * deviation);
    }
  });
});
