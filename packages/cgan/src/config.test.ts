import { ConfigError } from "@gan/core";
import { describe, expect, it } from "vitest";
import { parseCganConfig } from "./config.js";

const classNames = ["cat", "dog"];

describe("parseCganConfig", () => {
  it("fills in the paper's way of telling the class", () => {
    expect(parseCganConfig({ classNames })).toMatchObject({
      generatorCondition: "concatenate",
      discriminatorCondition: "concatenate",
      stabilisers: { loss: "non-saturating" },
    });
  });

  it("lists every problem at once, unknown keys among them", () => {
    const options = { classNames: ["cat", "cat"], imageSize: 36, latentsize: 3 };
    expect(() => parseCganConfig(options)).toThrow(ConfigError);
    for (const part of [/must differ/, /4, 5, 6 or 7 times a power of two/, /latentsize/]) {
      expect(() => parseCganConfig(options)).toThrow(part);
    }
  });

  it.each([[[]], [["cat"]]])("refuses %j as classes", (names) => {
    expect(() => parseCganConfig({ classNames: names })).toThrow(/classNames/);
  });
});
