import { useCpuBackend } from "@gan/test-kit";
import { memory, ones, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Module } from "./module.js";

class Leaf extends Module {
  readonly weight = this.parameter("weight", () => ones([2, 3]));
  readonly mean = this.buffer("mean", () => zeros([3]));
}

class Tree extends Module {
  readonly scale = this.parameter("scale", () => ones([]));
  readonly leaves = [this.child("leaves.0", new Leaf()), this.child("leaves.1", new Leaf())];
}

beforeAll(useCpuBackend);

describe("Module", () => {
  it("names parameters and buffers by their path", () => {
    const tree = new Tree();
    expect([...tree.namedParameters().keys()]).toEqual(["scale", "leaves.0.weight", "leaves.1.weight"]);
    expect([...tree.namedBuffers().keys()]).toEqual(["leaves.0.mean", "leaves.1.mean"]);
    expect(tree.namedVariables().get("leaves.1.weight")).toBe(tree.leaves[1]?.weight);
    expect(tree.parameterCount()).toBe(1 + 2 * 6);
    tree.dispose();
  });

  it("lets optimizers move parameters, not buffers, and frees both", () => {
    const before = memory().numTensors;
    const leaf = new Leaf();
    expect([leaf.weight.trainable, leaf.mean.trainable]).toEqual([true, false]);
    expect(memory().numTensors).toBe(before + 2);
    leaf.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
