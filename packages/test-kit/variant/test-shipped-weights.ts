import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { runOnnx } from "@gan/backend-ort";
import { createInferenceContext, Random, type Variant } from "@gan/core";
import { exportOnnx, type ModelLoader } from "@gan/core/node";
import { setBackend, type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { captureCommandLine } from "./capture-command-line.js";
import { drawInput } from "./draw-input.js";
import { disposeVariant, takeValues } from "./variables.js";

/** Bytes that a file of weights may have. */
const mostBytes = 5_000_000;
/** Difference of pictures in [-1, 1] that is allowed between what computes them. */
const tolerance = 1e-3;
const count = 4;

/** What a variant's package ships, and how it is loaded. */
export interface ShippedWeights<V> {
  /** The package's folder of presets. */
  presetFolder: string;
  /** The package's folder of weights. */
  weightsFolder: string;
  load: ModelLoader<V>;
  /** The package's command line. */
  runCli(args: readonly string[]): Promise<number>;
}

/**
 * Registers the tests of all weights that a variant's package ships, however many there are: they are whole and small,
 * give the same bits each time, and the same pictures whatever computes them.
 */
export function testShippedWeights<V extends Pick<Variant<string, never>, "name" | "exportable">>(
  name: string,
  { presetFolder, weightsFolder, load, runCli }: ShippedWeights<V>,
): void {
  const presets = readdirSync(presetFolder).map((file) => basename(file, ".json"));
  const shipped = readdirSync(weightsFolder);
  describe(`shipped weights of ${name}`, () => {
    beforeAll(async () => void (await setBackend("ort")));
    it("are of its presets", () => {
      expect(shipped.length).toBeGreaterThan(0);
      expect(presets).toEqual(expect.arrayContaining(shipped));
    });
    it("are named when others are asked for", async () => {
      const wanted = new RegExp(`no pretrained weights named no-such-32.*${shipped.sort().join(", ")}`);
      await expect(load("no-such-32")).rejects.toThrow(wanted);
    });
    it("are listed by configs, with their size and a figure", async () => {
      const { code, text } = await captureCommandLine(runCli)("configs");
      expect(code).toBe(0);
      for (const preset of shipped) {
        const line = text.split("\n").find((one) => one.startsWith(`${preset} `));
        expect(line).toMatch(/; weights \d\.\d MB, .+ \d.*\(.+\), after [\d,]+ images/);
      }
      expect(text).toContain(`With weights: --pretrained ${shipped.sort().join(", ")}`);
    });
    describe.each(shipped)("%s", (preset) => {
      it("is whole and small", () => {
        const files = readdirSync(join(weightsFolder, preset));
        expect(files).toEqual(
          expect.arrayContaining([
            "card.md",
            "discriminator.safetensors",
            "generator.safetensors",
            "log.jsonl",
          ]),
        );
        for (const file of files)
          expect(statSync(join(weightsFolder, preset, file)).size, file).toBeLessThan(mostBytes);
        const card = readFileSync(join(weightsFolder, preset, "card.md"), "utf8");
        for (const picture of card.matchAll(/\]\(([^)]+\.(?:png|webp))\)/g))
          expect(files).toContain(picture[1]);
        expect(card).toMatch(/## What it does badly[\s\S]+## Intended use/);
      });
      it(
        "gives the same bits each time, and the same pictures on tfjs-cpu and as ONNX",
        () => compareBackends(() => load(preset)),
        120_000,
      );
    });
  });
}

async function compareBackends(
  load: () => Promise<Pick<Variant<string, never>, "name" | "exportable">>,
): Promise<void> {
  /** All networks that turn something into pictures, on a backend. */
  const compute = async (backend: string) => {
    await setBackend(backend);
    const variant = (await load()) as unknown as Variant;
    const results = new Map<string, Float32Array>();
    for (const [network, { inputs, outputs, forward }] of Object.entries(variant.exportable ?? {})) {
      if (!("images" in outputs)) continue;
      const random = new Random(7);
      const ctx = createInferenceContext(new Random(0).fork("export"));
      const images = tidy(() => {
        const given = Object.entries(inputs).map(([key, input]) => {
          const { values, shape, dtype } = drawInput(input, count, random);
          return [key, tensor(values, [...shape], dtype)] as const;
        });
        return forward(Object.fromEntries(given), ctx)["images"] as Tensor;
      });
      results.set(network, takeValues(images));
    }
    return { variant, results };
  };
  const first = await compute("ort");
  expect(first.results.size).toBeGreaterThan(0);
  const second = await compute("ort");
  expect(second.results).toEqual(first.results);
  disposeVariant(second.variant);
  for (const [network, expected] of first.results) {
    const { bytes, fixedBecause } = await exportOnnx(first.variant, { network });
    expect(fixedBecause).toBeUndefined();
    const random = new Random(7);
    const { inputs } = (first.variant.exportable ?? {})[network] as NonNullable<
      Variant["exportable"]
    >[string];
    const given = Object.entries(inputs).map(
      ([key, input]) => [key, drawInput(input, count, random)] as const,
    );
    const found = runOnnx(bytes, Object.fromEntries(given), ["images"])["images"];
    expect(distance(expected, found?.values ?? []), `${network} as ONNX`).toBeLessThan(tolerance);
  }
  disposeVariant(first.variant);
  const plain = await compute("cpu");
  for (const [network, expected] of first.results) {
    expect(distance(expected, plain.results.get(network) ?? []), `${network} on tfjs-cpu`).toBeLessThan(
      tolerance,
    );
  }
  disposeVariant(plain.variant);
  await setBackend("ort");
}

/** The largest difference; infinite where the numbers of values differ. */
function distance(expected: ArrayLike<number>, found: ArrayLike<number>): number {
  if (expected.length !== found.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let index = 0; index < expected.length; index++) {
    largest = Math.max(largest, Math.abs((expected[index] as number) - (found[index] as number)));
  }
  return largest;
}
