import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fileAt, readmes, renderReadme } from "./readme.js";

describe("the tables of measurements", () => {
  it.each(readmes)("are in $path as they were measured last", (readme) => {
    const text = readFileSync(fileAt(readme.path), "utf8");
    expect(renderReadme(text, readme)).toBe(text);
  });
});
