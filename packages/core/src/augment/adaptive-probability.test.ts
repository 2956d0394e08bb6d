import { describe, expect, it } from "vitest";
import { CheckpointError } from "../errors/index.js";
import { AdaptiveProbability } from "./adaptive-probability.js";

const options = { target: 0.6, images: 1000 };
/** p after each of the steps of 25 images with these signs. */
const follow = (ada: AdaptiveProbability, signs: number[]) =>
  signs.map((sign) => {
    ada.observe(sign, 25);
    return ada.probability;
  });

describe("ADA's probability", () => {
  it("goes up every four steps while the mean sign is above the target, by the images since", () => {
    expect(follow(new AdaptiveProbability(options), [1, 1, 1, 1, 0.9, 0.9, 0.3, 0.4])).toEqual([
      0, 0, 0, 0.1, 0.1, 0.1, 0.1, 0.2,
    ]);
  });

  it("goes down below it, and stays within 0 and 1", () => {
    const ada = new AdaptiveProbability(options);
    expect(follow(ada, new Array(48).fill(1)).at(-1)).toBe(1);
    expect(follow(ada, [0.5, 0.5, 0.5, 0.5]).at(-1)).toBeCloseTo(0.9, 12);
    expect(follow(ada, new Array(48).fill(-1)).at(-1)).toBe(0);
  });

  it("goes on from what was saved, between two adjustments too", () => {
    const [whole, before, after] = [1, 2, 3].map(() => new AdaptiveProbability(options));
    const signs = [1, 1, 1, 0, 0.2, 1, 0.9, 1, 1, 1, 0, 1];
    const expected = follow(whole as AdaptiveProbability, signs);
    follow(before as AdaptiveProbability, signs.slice(0, 6));
    after?.load(JSON.parse(JSON.stringify(before?.save())));
    expect(follow(after as AdaptiveProbability, signs.slice(6))).toEqual(expected.slice(6));
  });

  it.each([undefined, {}, { probability: 2, signs: 0, images: 0, steps: 0 }])(
    "refuses %o as its state",
    (state) => {
      expect(() => new AdaptiveProbability(options).load(state)).toThrow(CheckpointError);
    },
  );
});
