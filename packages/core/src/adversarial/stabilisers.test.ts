import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createStabilisersSchema, type Stabilisers } from "./stabilisers.js";

const schema = createStabilisersSchema();
/** Every problem as `key: message`. */
function problems(given: z.input<typeof schema>, of = schema): string[] {
  const { error } = of.safeParse(given);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the section of stabilisers", () => {
  it("is the plain game when nothing is said, within another schema too", () => {
    const { stabilisers } = z.strictObject({ stabilisers: schema }).parse({});
    expect(stabilisers).toEqual(schema.parse({}));
    expect(stabilisers).toMatchObject({
      loss: "non-saturating",
      discriminatorSteps: 1,
      r1: 0,
      diffAugment: [],
    });
  });

  it("takes a variant's defaults and refuses what makes no sense for it", () => {
    const styled = createStabilisersSchema({
      defaults: { r1: 10, penaltyEvery: 16, discriminatorNorm: "none" },
      without: { latents: "pictures go in, no latents", discriminatorNorm: "it has none" },
    });
    expect(styled.parse({})).toMatchObject({ r1: 10, penaltyEvery: 16 });
    expect(problems({ latents: "uniform", discriminatorNorm: "batch" }, styled)).toEqual([
      'latents: must stay "normal": pictures go in, no latents',
      'discriminatorNorm: must stay "none": it has none',
    ]);
  });

  it.each<[Partial<Stabilisers>, RegExp]>([
    [
      { loss: "hinge", labelSmoothing: 0.1 },
      /^labelSmoothing: needs a loss with targets, got 0.1 with hinge/,
    ],
    [{ loss: "wasserstein", gradientPenalty: 10 }, /^gradientPenalty: .* batch norm .* "layer"/],
    [{ spectralNorm: "discriminator" }, /^spectralNorm: bounds .* batch norm/],
    [{ weightClip: 0.01, spectralNorm: "both", discriminatorNorm: "none" }, /^weightClip: changes nothing/],
    [{ weightClip: 0.01, gradientPenalty: 10, discriminatorNorm: "layer" }, /^weightClip: .*replaces/],
    [{ loss: "wasserstein" }, /^loss: wasserstein has no bound .* weightClip \(0.01\)/],
    [{ adaTarget: 0.6, diffAugment: ["color"] }, /^adaTarget: .*Choose one/],
    [{ adaTarget: 0.6, loss: "wasserstein", r1: 1 }, /^adaTarget: goes by the signs/],
    [{ penaltyEvery: 16 }, /^penaltyEvery: spaces penalties of which there are none/],
  ])("refuses %o", (given, message) => {
    expect(problems(given)).toEqual([expect.stringMatching(message)]);
  });

  it.each<Partial<Stabilisers>>([
    { loss: "wasserstein", weightClip: 0.01 },
    { loss: "wasserstein", gradientPenalty: 10, discriminatorNorm: "layer", discriminatorSteps: 5 },
    { loss: "hinge", spectralNorm: "both", discriminatorNorm: "none" },
    { r1: 1, penaltyEvery: 16 },
    { labelSmoothing: 0.1, instanceNoise: 0.1, unrolledSteps: 5, featureMatching: 1 },
  ])("accepts %o", (given) => {
    expect(problems(given)).toEqual([]);
  });

  it("names every problem at once, unknown keys and ranges included", () => {
    const given = { labelSmoothing: 1, discriminatorSteps: 0, diffAugment: ["colour"], R1: 3 };
    expect(problems(given as never).map((problem) => problem.split(":")[0])).toEqual([
      "labelSmoothing",
      "discriminatorSteps",
      "diffAugment.0",
      "",
    ]);
    const contradictions = { loss: "wasserstein", labelSmoothing: 0.1, penaltyEvery: 2 } as const;
    expect(problems(contradictions)).toHaveLength(3);
  });
});
