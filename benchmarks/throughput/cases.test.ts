import { expect, it } from "vitest";
import { findVariant, loadBench } from "../variants/find-variants.js";
import { readPreset } from "../variants/read-preset.js";
import { listCases } from "./cases.js";

const cases = await listCases();

it("have names of their own that begin with the variant's", () => {
  const names = cases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(cases.filter(({ name, gan }) => !name.startsWith(`${gan}-`))).toEqual([]);
  expect(names).toContain("dcgan-mnist-32");
});

it("take the presets' batches, and hold every lazy phase in a cycle as often as it should be", async () => {
  const preset = cases.find(({ name }) => name === "pix2pix-openmoji-64");
  const { cli } = await loadBench(findVariant("pix2pix"));
  expect(preset?.batch).toBe(readPreset(cli, "openmoji-64").training.batchSize);
  for (const { name, model, cycle, isLong } of cases) {
    const { stabilisers, pathLengthEvery = 1 } = model as unknown as {
      stabilisers: { penaltyEvery: number };
      pathLengthEvery?: number;
    };
    if (isLong && cycle === 2) continue;
    expect([name, cycle % stabilisers.penaltyEvery, cycle % pathLengthEvery]).toEqual([name, 0, 0]);
  }
});

it("have one batch at every level of a growing variant, the one that PyTorch is told", async () => {
  const { peerOptions } = await loadBench(findVariant("progan"));
  const growing = cases.filter(({ gan }) => gan === "progan");
  expect(growing.map(({ batch }) => batch)).toContain(16); // the preset's is another
  for (const { name, model, batch } of growing) {
    const stages: { batchSize: number }[] = JSON.parse(peerOptions?.(model).stages as string);
    expect([name, new Set(stages.map(({ batchSize }) => batchSize))]).toEqual([name, new Set([batch])]);
  }
});

it("survive JSON, by which both processes are told", () => {
  for (const { name, model } of cases) {
    expect([name, JSON.parse(JSON.stringify(model))]).toEqual([name, model]);
  }
});

it("fade for longer than they are timed", () => {
  const fading = cases.filter(({ fade }) => fade !== undefined);
  expect(fading).not.toEqual([]);
  for (const { model, batch } of fading) {
    expect((model as { fadeImages?: number }).fadeImages ?? 0).toBeGreaterThan(10_000 * batch);
  }
});
