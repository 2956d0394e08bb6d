import { useCpuBackend } from "@gan/test-kit";
import { tidy, variable, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { createInferenceContext } from "./inference-context.js";

beforeAll(useCpuBackend);

describe("createInferenceContext", () => {
  it("draws fresh noise, or the same under one name, from the generator given", () => {
    tidy(() => {
      const ctx = createInferenceContext(new Random(3));
      const [first, second] = [ctx.normal([2, 2]), ctx.normal([2, 2])];
      expect([...first.dataSync()]).toEqual([...new Random(3).normals(4)]);
      expect([...second.dataSync()]).not.toEqual([...first.dataSync()]);
      expect(ctx.normal([3], "latents")).toBe(ctx.normal([3], "latents"));
    });
  });

  it("draws again after its tensor was disposed, and stores no statistics", () => {
    const ctx = createInferenceContext(new Random(3));
    const first = ctx.normal([1], "latents");
    first.dispose();
    expect(ctx.normal([1], "latents").isDisposed).toBe(false);
    const running = variable(zeros([1]), false);
    expect(() => ctx.updateBuffer(running, () => zeros([1]))).toThrow(ConfigError);
  });
});
