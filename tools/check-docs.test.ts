import ts from "typescript";
import { expect, it } from "vitest";
import { findDocProblems } from "./doc-rules.js";

/** Problems of a module's exports, as `name problem`. */
function check(text: string): string[] {
  const file = ts.createSourceFile("/example.ts", text, ts.ScriptTarget.ES2022, true);
  const host = ts.createCompilerHost({});
  const program = ts.createProgram(
    ["/example.ts"],
    { noLib: true, types: [] },
    {
      ...host,
      getSourceFile: (name) => (name === "/example.ts" ? file : undefined),
    },
  );
  return findDocProblems(program.getTypeChecker(), file, () => true).map(
    ({ name, problem }) => `${name} ${problem}`,
  );
}

it("is content with what the house asks", () => {
  expect(
    check(`
      /** Options of {@link blur}. */
      export interface BlurOptions {
        /** Pixels. Default 3. */
        radius?: number;
        onProgress?: () => void;
      }
      /**
       * Blurs pictures [B, H, W, C].
       *
       * @throws ConfigError when the radius is negative.
       */
      export function blur(images: Tensor4D, { radius }: BlurOptions): Tensor4D {
        if (radius < 0) throw new ConfigError();
        return images;
      }
      /** A box. */
      export class Box {
        #own = 1;
        private hidden = 2;
        constructor(readonly side: number) {}
        /** In pixels. */
        get area(): number { return 1; }
      }
    `),
  ).toEqual(["BlurOptions.onProgress has no doc comment"]);
});

it.each([
  ["export const a = 1;", "a has no doc comment"],
  ["export type A = string;", "A has no doc comment"],
  ["/** A thing */ export const a = 1;", "a its comment must be a sentence"],
  ["/** Reads. */ export function read() { throw new Error(); }", "read throws, but has no @throws"],
  [
    "/** Adds. */ export const add = (x: Tensor4D) => x;",
    "add its comment must tell the tensors' shapes, as in [B, H, W, C]",
  ],
  ["/** A. */ export interface A { b: number }", "A.b has no doc comment"],
  [
    "/** A. */ export interface AOptions {\n/** B. */ b?: number }",
    "AOptions.b may be left out, but its comment names no default",
  ],
  ["/** A. */ export class A { b() {} }", "A.b has no doc comment"],
])("finds what is missing in %s", (text, problem) => {
  expect(check(text)).toEqual([problem]);
});

it("lets a function that throws inside of another be", () => {
  expect(check("/** Makes. */ export function make() { return () => { throw new Error(); }; }")).toEqual([]);
});
