import { beforeEach, describe, expect, it } from "vitest";
import { imageBlock } from "../runtime/image-block.js";
import { GraphBuilder } from "./builder.js";
import { operators, runGraph } from "./run-graph.test-helper.js";
import { type Attributes, float, type Value } from "./types.js";

const [BATCH, SIZE] = [2, 3];

/** Multiples of 1/8, so that sums are exact in any order. */
const numbers = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, index) => (((index * 37 + seed * 11) % 33) - 16) / 8);

/** The blocked layout where this machine has one; and NCHW. */
describe.each([
  { layout: "blocked", channels: 16, block: imageBlock() },
  { layout: "NCHW", channels: 3, block: undefined },
])("images in the $layout layout", ({ channels, block }) => {
  const shape = [BATCH, SIZE, SIZE, channels];
  const size = BATCH * SIZE * SIZE * channels;
  const [A, B, S, T] = [numbers(size, 1), numbers(size, 2), numbers(channels, 3), numbers(channels, 4)];
  const channelOf = (index: number): number => index % channels;

  let graph: GraphBuilder;
  /** Two images, and two vectors of one number per channel. */
  let [a, b, s, t] = [] as unknown as [Value, Value, Value, Value];
  /** What entering the images' layout takes, which is there from the beginning. */
  let entered: string[];
  beforeEach(() => {
    graph = new GraphBuilder(block);
    const image = (): Value => {
      const { images } = graph;
      return images.wrap(images.physical(graph.input({ dtype: "float32", shape })));
    };
    [a, b] = [image(), image()];
    [s, t] = [1, 2].map(() => graph.input({ dtype: "float32", shape: [channels] })) as [Value, Value];
    entered = operators(graph.images.physical(a));
  });

  const valuesOf = (value: Value): number[] => {
    const solid = graph.solid(value);
    const [values] = runGraph(graph, [A, B, S, T], [solid.producer ? solid : graph.copy(solid)]);
    // 0 for -0
    return (values as number[]).map((element) => element + 0);
  };
  /** How many nodes that compute on whole images a value needs, beside entering and leaving the layout. */
  const passes = (value: Value): number => {
    const physical = graph.images.physical(value);
    const nodes = new Set<unknown>();
    const walk = (at: Value): void => {
      const node = at.producer;
      if (!node || nodes.has(node)) return;
      nodes.add(node);
      for (const input of node.inputs) if (input) walk(input);
    };
    walk(physical);
    return [...nodes].filter((node) => {
      const { opType, outputs } = node as NonNullable<Value["producer"]>;
      return (
        !entered.includes(opType) &&
        opType !== "Reshape" &&
        (outputs[0] as Value).shape.join() === physical.shape.join()
      );
    }).length;
  };
  const each = (fn: (index: number, channel: number) => number): number[] =>
    A.map((_, index) => fn(index, channelOf(index)) + 0);

  it("are written when they are needed, and once", () => {
    const sum = graph.add(a, graph.mul(b, s));
    expect(sum.virtual?.kind).toBe("linear");
    expect(graph.solid(sum)).toBe(graph.solid(graph.add(a, graph.mul(b, s))));
    expect(valuesOf(sum)).toEqual(each((i, c) => (A[i] as number) + (B[i] as number) * (S[c] as number)));
  });

  it("combine scales and biases before they touch a pixel", () => {
    // ((a − s) · t + s) · 2 − a · t, of which a · t remains.
    const shifted = graph.add(graph.mul(graph.sub(a, s), t), s);
    const value = graph.sub(graph.mul(shifted, graph.scalar(2)), graph.mul(a, t));
    expect(passes(value)).toBeLessThanOrEqual(2);
    expect(valuesOf(value)).toEqual(
      each((i, c) => {
        const [pixel, scale, shift] = [A[i] as number, T[c] as number, S[c] as number];
        return ((pixel - shift) * scale + shift) * 2 - pixel * scale;
      }),
    );
  });

  it("subtract from numbers and vectors, and divide by them", () => {
    expect(valuesOf(graph.sub(s, a))).toEqual(each((i, c) => (S[c] as number) - (A[i] as number)));
    expect(valuesOf(graph.sub(graph.scalar(2), a))).toEqual(each((i) => 2 - (A[i] as number)));
    expect(valuesOf(graph.div(a, graph.scalar(4)))).toEqual(each((i) => (A[i] as number) / 4));
    const square = graph.add(graph.mul(s, s), graph.scalar(1));
    const divided = valuesOf(graph.div(a, square));
    for (const [i, value] of divided.entries()) {
      expect(value).toBeCloseTo((A[i] as number) / ((S[channelOf(i)] as number) ** 2 + 1), 5);
    }
    const ratio = valuesOf(graph.div(graph.scalar(1), graph.add(graph.mul(a, a), graph.scalar(1))));
    for (const [i, value] of ratio.entries()) expect(value).toBeCloseTo(1 / ((A[i] as number) ** 2 + 1), 5);
  });

  it("cancel", () => {
    expect(graph.sub(graph.add(a, b), b)).toMatchObject({
      virtual: { terms: [{ scale: undefined }, { scale: { constant: { splat: 0 } } }] },
    });
    expect(valuesOf(graph.sub(graph.add(a, b), b))).toEqual(A);
    expect(valuesOf(graph.add(a, a))).toEqual(A.map((value) => 2 * value));
    expect(valuesOf(graph.neg(graph.neg(a)))).toEqual(A);
  });

  it("are summed from the sums of what they are made of", () => {
    const value = graph.add(graph.mul(graph.sub(a, s), t), b);
    const total = graph.reduce("ReduceSum", value, [0, 1, 2]);
    expect(operators(total).filter((type) => type === "Conv" || type === "Add")).not.toContain("Conv");
    const wanted = Array.from({ length: channels }, (_, c) =>
      A.reduce(
        (sum, pixel, i) =>
          channelOf(i) === c ? sum + (pixel - (S[c] as number)) * (T[c] as number) + (B[i] as number) : sum,
        0,
      ),
    );
    expect(valuesOf(total)).toEqual(wanted);
    const mean = valuesOf(graph.reduce("ReduceMean", value, [0, 1, 2, 3], true));
    expect(mean[0]).toBeCloseTo(wanted.reduce((sum, part) => sum + part, 0) / size, 6);
    expect(graph.reduce("ReduceSum", value, [-4, 1, 2], true).shape).toEqual([1, 1, 1, channels]);
  });

  it("give the sum of a product from dot products, without the product", () => {
    const left = graph.add(graph.mul(a, s), t);
    const right = graph.sub(b, s);
    const total = graph.reduce("ReduceSum", graph.mul(left, right), [0, 1, 2]);
    const wanted = Array.from({ length: channels }, (_, c) =>
      A.reduce((sum, pixel, i) => {
        if (channelOf(i) !== c) return sum;
        return sum + (pixel * (S[c] as number) + (T[c] as number)) * ((B[i] as number) - (S[c] as number));
      }, 0),
    );
    for (const [c, value] of valuesOf(total).entries()) expect(value).toBeCloseTo(wanted[c] as number, 3);
    // The product itself, where somebody wants it.
    const product = valuesOf(graph.mul(left, right));
    for (const [i, value] of product.entries()) {
      const c = channelOf(i);
      expect(value).toBeCloseTo(
        ((A[i] as number) * (S[c] as number) + (T[c] as number)) * ((B[i] as number) - (S[c] as number)),
        4,
      );
    }
  });

  it("of a constant channel have a variance of zero or more", () => {
    const constant = graph.images.wrap(graph.images.physical(graph.fill("float32", shape, 1.1)));
    const centred = graph.sub(constant, graph.reduce("ReduceMean", constant, [0, 1, 2]));
    const variance = valuesOf(graph.reduce("ReduceMean", graph.mul(centred, centred), [0, 1, 2]));
    for (const value of variance) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1e-6);
    }
  });

  it("take the gradient of leaky ReLU as a product with slopes", () => {
    const scaled = graph.mul(b, graph.scalar(Math.fround(0.2)));
    const value = graph.where(graph.compare("Greater", a, graph.scalar(0)), b, scaled);
    expect(value.virtual?.kind).toBe("product");
    expect(operators(graph.solid(value))).not.toContain("Where");
    expect(valuesOf(value)).toEqual(
      each((i) =>
        (A[i] as number) > 0 ? (B[i] as number) : Math.fround((B[i] as number) * Math.fround(0.2)),
      ),
    );
  });

  it("take the gradient of ReLU without leaving their layout", () => {
    const value = graph.mul(b, graph.cast(graph.compare("Greater", a, graph.scalar(0)), "float32"));
    expect(value.virtual?.kind).toBe("product");
    expect(operators(graph.solid(value))).not.toContain("Greater");
    expect(valuesOf(value)).toEqual(each((i) => ((A[i] as number) > 0 ? (B[i] as number) : 0)));
  });

  it("are selected as they stand when the choice is another", () => {
    const positive = graph.compare("Greater", a, graph.scalar(0));
    const choices: [Value, (i: number) => number][] = [
      [
        graph.where(positive, b, graph.mul(b, graph.scalar(2))),
        (i) => ((A[i] as number) > 0 ? 1 : 2) * (B[i] as number),
      ],
      [
        graph.where(positive, b, graph.mul(a, graph.scalar(0.5))),
        (i) => ((A[i] as number) > 0 ? (B[i] as number) : (A[i] as number) / 2),
      ],
      [
        graph.where(positive, graph.mul(b, graph.scalar(0.5)), b),
        (i) => ((A[i] as number) > 0 ? 0.5 : 1) * (B[i] as number),
      ],
      [
        graph.where(graph.compare("Greater", a, graph.scalar(1)), b, graph.mul(b, graph.scalar(0.5))),
        (i) => ((A[i] as number) > 1 ? 1 : 0.5) * (B[i] as number),
      ],
      [
        graph.where(graph.not(positive), b, graph.mul(b, graph.scalar(0.5))),
        (i) => ((A[i] as number) > 0 ? 0.5 : 1) * (B[i] as number),
      ],
    ];
    for (const [value, wanted] of choices) expect(valuesOf(value)).toEqual(each(wanted));
  });

  it.each([
    { opType: "LeakyRelu", attributes: { alpha: float(0.5) }, slope: 0.5 },
    { opType: "LeakyRelu", attributes: { alpha: float(-0.5) }, slope: -0.5 },
    { opType: "Relu", attributes: {}, slope: 0 },
  ] as { opType: string; attributes: Attributes; slope: number }[])(
    "know their sign after $opType with slope $slope",
    ({ opType, attributes, slope }) => {
      const rectified = graph.unary(opType, a, attributes);
      const steps = graph.slope(a, 0.25) as Value;
      expect(valuesOf(rectified)).toEqual(each((i) => ((A[i] as number) > 0 ? 1 : slope) * (A[i] as number)));
      expect(valuesOf(steps)).toEqual(each((i) => ((A[i] as number) > 0 ? 1 : 0.25)));
    },
  );

  it("widen by broadcasting like any tensor", () => {
    const one = graph.images.wrap(
      graph.images.physical(graph.slice(graph.inputs[0] as Value, [0], [0], [1])),
    );
    const pixels = size / BATCH;
    const wider = graph.mul(one, graph.fill("float32", shape, 2));
    expect(wider.shape).toEqual(shape);
    expect(valuesOf(wider)).toEqual(each((i) => 2 * (A[i % pixels] as number)));
    const deeper = graph.add(wider, graph.fill("float32", [1, ...shape], 1));
    expect(deeper.shape).toEqual([1, ...shape]);
    expect(valuesOf(deeper)).toEqual(each((i) => 2 * (A[i % pixels] as number) + 1));
    const ones = graph.mul(graph.fill("float32", shape, 1), s);
    expect(ones.shape).toEqual(shape);
    expect(valuesOf(ones)).toEqual(each((_, c) => S[c] as number));
    expect(valuesOf(graph.add(ones, a))).toEqual(each((i, c) => (S[c] as number) + (A[i] as number)));
  });

  it("go through operators that know nothing of layouts", () => {
    const value = graph.mul(a, s);
    expect(valuesOf(graph.reshape(value, [size]))).toEqual(
      each((i, c) => (A[i] as number) * (S[c] as number)),
    );
    expect(valuesOf(graph.reduce("ReduceMax", a, [0, 1, 2, 3]))).toEqual([Math.max(...A)]);
    expect(valuesOf(graph.unary("Abs", value))).toEqual(
      each((i, c) => Math.abs((A[i] as number) * (S[c] as number))),
    );
    expect(valuesOf(graph.binary("Max", a, b))).toEqual(
      each((i) => Math.max(A[i] as number, B[i] as number)),
    );
    expect(valuesOf(graph.cast(graph.compare("Greater", a, graph.scalar(0)), "float32"))).toEqual(
      each((i) => Number((A[i] as number) > 0)),
    );
  });
});
