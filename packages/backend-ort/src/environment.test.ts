import { describe, expect, it } from "vitest";
import { readEnvironment } from "./environment.js";

describe("readEnvironment", () => {
  it("leaves out what is unset or empty", () => {
    const nothing = { provider: undefined, threads: undefined, explain: false };
    expect(readEnvironment({})).toEqual(nothing);
    expect(readEnvironment({ GAN_ORT_PROVIDER: "", GAN_ORT_THREADS: "", GAN_ORT_EXPLAIN: "" })).toEqual(
      nothing,
    );
  });

  it("reads each variable", () => {
    const environment = { GAN_ORT_PROVIDER: "webgpu", GAN_ORT_THREADS: "3", GAN_ORT_EXPLAIN: "1" };
    expect(readEnvironment(environment)).toEqual({ provider: "webgpu", threads: 3, explain: true });
    expect(readEnvironment({ GAN_ORT_THREADS: "0", GAN_ORT_EXPLAIN: "0" })).toMatchObject({
      threads: 0,
      explain: false,
    });
  });

  it.each([
    [{ GAN_ORT_PROVIDER: "metal" }, "GAN_ORT_PROVIDER: is one of cpu, webgpu, cuda; got metal."],
    [{ GAN_ORT_THREADS: "two" }, "GAN_ORT_THREADS: is a whole number of at least 0"],
    [{ GAN_ORT_THREADS: "1.5" }, "got 1.5"],
    [{ GAN_ORT_THREADS: "-1" }, "got -1"],
    [{ GAN_ORT_EXPLAIN: "yes" }, "GAN_ORT_EXPLAIN: is 1 to print a report at the end, or 0; got yes."],
  ])("refuses %o", (environment, message) => {
    expect(() => readEnvironment(environment)).toThrow(message);
  });
});
