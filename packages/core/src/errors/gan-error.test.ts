import { describe, expect, it } from "vitest";
import { ConfigError, DivergenceError, GanError } from "./index.js";

describe("GanError", () => {
  it("names the part of the library that speaks and keeps the cause", () => {
    const cause = new Error("disk");
    const error = new ConfigError("dcgan", "features must be positive, got 0. Use 1 or more.", {
      cause,
    });
    expect(error.message).toBe("[gan/dcgan] features must be positive, got 0. Use 1 or more.");
    expect(error.name).toBe("ConfigError");
    expect(error.cause).toBe(cause);
  });

  it("is recognised by its marker, not by its class", () => {
    const foreign = Object.assign(new Error("x"), { [Symbol.for("@gan/error")]: true });
    expect(GanError.isInstance(foreign)).toBe(true);
    expect(GanError.isInstance(new Error("x"))).toBe(false);
    expect(GanError.isInstance(null)).toBe(false);
  });

  it("carries what diverged and when", () => {
    const error = new DivergenceError("core", "broke", {
      phase: "discriminator",
      loss: "generator.fake",
      imagesSeen: 640,
    });
    expect(GanError.isInstance(error)).toBe(true);
    expect([error.loss, error.imagesSeen]).toEqual(["generator.fake", 640]);
  });
});
