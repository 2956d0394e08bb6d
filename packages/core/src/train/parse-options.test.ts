import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigError } from "../errors/index.js";
import { parseOptions } from "./parse-options.js";

const schema = z.strictObject({ size: z.int().min(4).default(8), name: z.string() });

describe("parseOptions", () => {
  it("fills in defaults", () => {
    expect(parseOptions("toy", schema, { name: "a" })).toEqual({ size: 8, name: "a" });
  });

  it("names the scope and every problem at once, unknown keys too", () => {
    const parse = () => parseOptions("toy", schema, { size: 2, colour: "red" } as never);
    expect(parse).toThrow(ConfigError);
    for (const part of [/^\[gan\/toy\]/, /size/, /name/, /"colour"/]) expect(parse).toThrow(part);
  });
});
