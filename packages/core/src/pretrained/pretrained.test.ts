import { useCpuBackend } from "@gan/test-kit";
import { variable, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeHalf, encodeHalf } from "../checkpoint/half-precision.js";
import { decodeSafetensors, decodeSafetensorsMetadata, encodeSafetensors } from "../checkpoint/index.js";
import { CheckpointError } from "../errors/index.js";
import { Dense, type Module } from "../nn/index.js";
import { ExponentialAverage } from "../optim/index.js";
import { Random } from "../random/index.js";
import {
  createRestorer,
  encodePretrained,
  type PretrainedFiles,
  readPretrainedFacts,
  restorePretrained,
  type StoredVariant,
} from "./index.js";

beforeAll(useCpuBackend);

interface Toy extends StoredVariant {
  options: object;
  grown: { size: number };
  networks: Record<"generator" | "discriminator", Module>;
}

function createToy(options: { inputs?: number; seed?: number } = {}): Toy {
  const { inputs = 2, seed = 0 } = options;
  const random = new Random(seed);
  const dense = () => new Dense({ inputs, outputs: 3, random });
  const [generator, discriminator] = [dense(), dense()];
  const grown = { size: seed };
  const average = new ExponentialAverage(generator as Module, dense(), 10);
  const averaged = average.module.namedVariables().get("weight");
  averaged?.assign(zeros(averaged.shape));
  const pool = variable(zeros([1]));
  return {
    name: "toy",
    options,
    grown,
    networks: { generator, discriminator },
    averages: { generator: average as never },
    state: {
      growth: {
        save: () => ({ size: grown.size }),
        load: (json) => {
          grown.size = (json as { size: number }).size;
        },
      },
      pool: {
        save: () => "pictures",
        load: () => {
          throw new Error("pools are not stored");
        },
        namedVariables: () => new Map([["a", pool]]),
      },
    },
  };
}

const facts = {
  preset: "small-32",
  config: { model: { inputs: 2 }, training: { seed: 3 } },
  imagesSeen: 640,
  score: { name: "fid", value: 2.5, better: "lower" as const },
};
const encode = async (toy = createToy({ seed: 5 })) => {
  const files = await encodePretrained(toy, facts);
  return {
    generator: files.get("generator.safetensors") as Uint8Array,
    discriminator: files.get("discriminator.safetensors") as Uint8Array,
  };
};
type Files = Awaited<ReturnType<typeof encode>>;
const valuesOf = (module: Module, name = "weight") => [
  ...(module.namedVariables().get(name)?.dataSync() ?? []),
];

/** The same file that says something else of itself. */
const restate = (bytes: Uint8Array, change: Record<string, string>) =>
  encodeSafetensors(
    decodeSafetensors(bytes, ""),
    { ...decodeSafetensorsMetadata(bytes, ""), ...change },
    "F16",
  );

describe("pretrained weights", () => {
  it("are the averages and the discriminator, rounded to 16 bits, with what holders without tensors keep", async () => {
    const trained = createToy({ seed: 5 });
    const files = await encode(trained);
    const filled = createToy({ seed: 6 });
    const { figures, ...told } = restorePretrained(filled, { ...files, preset: "small-32" });
    expect(figures).toBeUndefined();
    expect(told).toEqual({ ...facts, variant: "toy", part: "generator", holders: { growth: { size: 5 } } });
    expect(filled.grown.size).toBe(5);
    expect(valuesOf(filled.networks.generator)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(valuesOf(filled.averages["generator"]?.module as Module)).toEqual([0, 0, 0, 0, 0, 0]);
    const rounded = valuesOf(trained.networks.discriminator).map((value) => decodeHalf(encodeHalf(value)));
    expect(valuesOf(filled.networks.discriminator)).toEqual(rounded);
    expect(rounded).not.toEqual(valuesOf(createToy({ seed: 6 }).networks.discriminator));
  });

  it("build their variant by themselves, with or without its discriminator", async () => {
    const restore = createRestorer("toy", createToy);
    const { generator } = await encode();
    const toy = restore({ generator });
    expect(toy.options).toEqual({ inputs: 2 });
    expect(valuesOf(toy.networks.generator)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(valuesOf(toy.networks.discriminator)).toEqual(valuesOf(createToy().networks.discriminator));
  });

  it.each<[string, (files: Files) => PretrainedFiles, RegExp]>([
    [
      "of a newer format",
      (files) => ({ ...files, generator: restate(files.generator, { format: "2" }) }),
      /format 2, which is newer than 1.*Update @gan\/toy/,
    ],
    [
      "without a format",
      (files) => ({ ...files, generator: restate(files.generator, { format: "new" }) }),
      /says no format/,
    ],
    [
      "of another variant",
      (files) => ({ ...files, generator: restate(files.generator, { variant: "dcgan" }) }),
      /weights of dcgan, not of toy/,
    ],
    ["of another preset", (files) => ({ ...files, preset: "large-64" }), /preset small-32, not of large-64/],
    [
      "in the wrong place",
      ({ generator, discriminator }) => ({ generator: discriminator, discriminator: generator }),
      /discriminator's weights where the generator's belong/,
    ],
    [
      "that tell nonsense",
      (files) => ({ ...files, generator: restate(files.generator, { imagesSeen: "many" }) }),
      /damaged/,
    ],
    ["that are cut off", (files) => ({ ...files, generator: files.generator.slice(0, 40) }), /damaged/],
  ])("are refused %s", async (_, change, message) => {
    const files = change(await encode());
    const restore = () => restorePretrained(createToy(), files);
    expect(restore).toThrow(CheckpointError);
    expect(restore).toThrow(message);
  });

  it("are refused for another architecture, and change nothing", async () => {
    const toy = createToy({ inputs: 4, seed: 1 });
    const before = valuesOf(toy.networks.generator);
    const files = await encode();
    expect(() => restorePretrained(toy, files)).toThrow(/another architecture/);
    expect(valuesOf(toy.networks.generator)).toEqual(before);
  });

  it("tell of figures that were added later", async () => {
    const { generator } = await encode();
    const bytes = restate(generator, { figures: JSON.stringify({ fid: 3.5 }) });
    const read = readPretrainedFacts(bytes, { source: "a file", variant: "toy", part: "generator" });
    expect(read.figures).toEqual({ fid: 3.5 });
  });

  it("draw no first values that they replace", async () => {
    const drawn: number[] = [];
    const create = () => {
      const toy = createToy();
      drawn.push(...valuesOf(toy.networks.generator), ...valuesOf(toy.networks.discriminator));
      return toy;
    };
    const files = await encode();
    createRestorer("toy", create)(files);
    expect(new Set(drawn)).toEqual(new Set([0]));
    createRestorer("toy", create)({ generator: files.generator }); // whose discriminator stays
    expect(new Set(drawn).size).toBeGreaterThan(6);
  });
});
