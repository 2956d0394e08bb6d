import { expect, it } from "vitest";
import { parseOptions } from "./options.js";

it("measures every variant briefly unless told otherwise", () => {
  const options = parseOptions([]);
  expect(options?.variants).toContain("dcgan");
  expect(options?.parts).toEqual(["throughput", "training", "services"]);
  expect(options?.backends).toEqual(["ort-cpu"]);
  expect(options?.out).toMatch(/results.smoke$/);
  // turbo hands its own -- on.
  expect(parseOptions(["--", "--full"])).toMatchObject({
    isFull: true,
    parts: expect.arrayContaining(["scaling"]),
  });
});

it("refuses what it does not know, and says what it does", () => {
  expect(() => parseOptions(["--variants", "dcgan,gpt"])).toThrow(/--variants takes .*dcgan.*, got gpt/);
  expect(() => parseOptions(["--only", "speed"])).toThrow("--only takes throughput, training");
  expect(() => parseOptions(["--peers", "jax"])).toThrow("--peers takes pytorch, tfjs-node, got jax");
  expect(() => parseOptions(["--images", "many"])).toThrow("--images must be a number from 1, got many");
  expect(() => parseOptions(["--image", "5"])).toThrow(/--image/);
});
