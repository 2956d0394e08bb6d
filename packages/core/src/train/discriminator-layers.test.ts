import { useCpuBackend } from "@gan/test-kit";
import { beforeAll, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { Dense, Module, PatchDiscriminator } from "../nn/index.js";
import { Random } from "../random/index.js";
import { listFirstLayers } from "./index.js";

beforeAll(useCpuBackend);

const patches = () =>
  new PatchDiscriminator({
    inputs: 1,
    features: 1,
    layers: 1,
    norm: "batch",
    random: new Random(1),
  }) as Module;

it("lists weights and statistics of the layers next to the picture, of every discriminator", () => {
  const variant = {
    name: "toy",
    networks: { generator: patches(), discriminatorA: patches(), discriminatorB: patches() },
  };
  const first = ["blocks.0.conv.weight", "blocks.0.conv.bias"];
  expect([...listFirstLayers(variant, 1)].sort()).toEqual(
    ["discriminatorA", "discriminatorB"]
      .flatMap((network) => first.map((name) => `${network}.${name}`))
      .sort(),
  );
  const second = [...listFirstLayers(variant, 2)].filter((name) =>
    name.startsWith("discriminatorA.blocks.1."),
  );
  expect(second.map((name) => name.slice("discriminatorA.blocks.1.".length)).sort()).toEqual(
    ["conv.weight", "norm.beta", "norm.gamma", "norm.runningMean", "norm.runningVariance"].sort(),
  );
});

it("follows the order that a variant names", () => {
  class Grown extends Module {
    constructor() {
      super();
      for (const name of ["coarse.0", "coarse.1", "judge"]) {
        this.child(name, new Dense({ inputs: 1, outputs: 1, random: new Random(2) }));
      }
    }
  }
  const variant = { name: "toy", networks: { discriminator: new Grown() as Module } };
  const of = (layers?: string[]) => [
    ...listFirstLayers({ ...variant, ...(layers && { discriminatorLayers: layers }) }, 1),
  ];
  expect(of()).toEqual(["discriminator.coarse.0.weight", "discriminator.coarse.0.bias"]);
  expect(of(["coarse.1", "coarse.0", "judge"])).toEqual([
    "discriminator.coarse.1.weight",
    "discriminator.coarse.1.bias",
  ]);
});

it("leaves something to train", () => {
  const variant = { name: "toy", networks: { discriminator: patches() } };
  expect(() => listFirstLayers(variant, 3)).toThrow(ConfigError);
  expect(() => listFirstLayers(variant, 3)).toThrow(
    /at most 2 of the discriminator's 3 layers can be frozen, got 3/,
  );
});
