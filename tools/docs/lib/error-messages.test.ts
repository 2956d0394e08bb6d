import { describe, expect, it } from "vitest";
import { findErrorClasses, findErrors } from "./error-messages.js";

const kinds = new Set(["ConfigError"]);
const find = (text: string) => findErrors("a.ts", text, kinds).map(({ message }) => message);

describe("findErrors", () => {
  it("reads sentences with names for what changes", () => {
    const text =
      "throw new ConfigError('pot', `size must be even, got §{options.size} of §{names.join(', ')}§{more ? ' and' : ''}.`);";
    expect(find(text.replaceAll("§", "$"))).toEqual(["size must be even, got ‹size› of ‹names›( and)."]);
  });

  it("joins parts, and passes over other classes and messages from elsewhere", () => {
    expect(find('new ConfigError("pot", "one " + "two")')).toEqual(["one two"]);
    expect(find('new TypeError("no"); new ConfigError("pot", message)')).toEqual([]);
  });
});

it("finds classes that extend errors, in any order", () => {
  const texts = ["class B extends A {}", "class A extends GanError {}", "class C extends Other {}"];
  expect([...findErrorClasses(texts)].sort()).toEqual(["A", "B", "BackendOrtError", "GanError"]);
});
