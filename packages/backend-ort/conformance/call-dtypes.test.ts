import { expect, it } from "vitest";
import { describeCall, describeInputs, isFloat32Call } from "./call-dtypes.js";

const tensor = (dtype: string, ...shape: number[]) => ({ dtype, shape });

it("names the inputs' dtypes in order, a list's once, and empty tensors", () => {
  expect(describeInputs([tensor("float32", 2), tensor("int32")], false)).toBe("float32,int32");
  expect(describeInputs([tensor("float32"), tensor("float32"), tensor("bool")], true)).toBe("float32|bool");
  expect(describeInputs([tensor("float32", 2, 0)], false)).toBe("float32 (empty)");
  expect(describeInputs([], false)).toBe("");
  expect(describeInputs([tensor("float32")], false, "complex64")).toBe("float32 to complex64");
  expect(describeInputs([tensor("float32")], false, "int32")).toBe("float32");
});

it("marks calls that give an empty tensor", () => {
  expect(describeCall("float32", [tensor("float32", 1), tensor("float32", 0)])).toBe("float32 (empty)");
  expect(describeCall("float32 (empty)", [tensor("float32", 0)])).toBe("float32 (empty)");
  expect(describeCall("float32", [tensor("float32", 1)])).toBe("float32");
});

it.each([
  ["float32", true],
  ["int32,float32", true],
  ["float32|bool", true],
  ["int32,bool", false],
  ["complex64,float32", false],
  ["string", false],
  ["float32 to complex64", false],
  ["float32 (empty)", false],
  ["int32,float32 (empty)", false],
  ["float32,int32 (empty)", false],
  ["", false],
])("says whether %s is a call on float32: %s", (description, expected) => {
  expect(isFloat32Call(description)).toBe(expected);
});
