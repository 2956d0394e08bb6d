import ts from "typescript";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { findVariable, readSchemaDocs } from "./config-docs.js";
import { describeValues, type JsonSchema, writeSection } from "./config-pages.js";

const values = (schema: z.ZodType) => describeValues(z.toJSONSchema(schema, { io: "input" }) as JsonSchema);

describe("describeValues", () => {
  it.each([
    [z.int().min(8).max(256), "whole number from 8 to 256"],
    [z.number().min(0).lt(1), "number from 0 below 1"],
    [z.number().positive(), "number above 0"],
    [z.int(), "whole number"],
    [z.boolean(), "`true` or `false`"],
    [z.string(), "text"],
    [z.record(z.string(), z.int().min(1)), "a table of whole number from 1"],
  ])("says what may stand", (schema, words) => expect(values(schema)).toBe(words));

  it("lists choices", () => {
    expect(values(z.array(z.enum(["a", "b"])))).toMatch(/a list of .*a<.*b</);
  });
});

it("reads what keys mean from the doc comments of a schema", () => {
  const file = "/schema.ts";
  const text = `
    interface Schema<T> { _zod: { output: T } }
    declare function object<T>(fields: T): Schema<T>;
    const pot = object({
      /** How tall, in centimetres. */
      height: 3,
      glaze: {
        /** Which | colour. */
        colour: "red",
      },
    });`;
  const host = ts.createCompilerHost({});
  const { getSourceFile } = host;
  host.getSourceFile = (name, version) =>
    name === file
      ? ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
      : getSourceFile(name, version);
  const program = ts.createProgram([file], { noLib: true }, host);
  const source = program.getSourceFile(file) as ts.SourceFile;
  const docs = readSchemaDocs(program, findVariable(source, "pot"), "pot");
  expect([...docs]).toEqual([
    ["pot.height", "How tall, in centimetres."],
    ["pot.glaze.colour", "Which | colour."],
  ]);
  const schema = z.toJSONSchema(
    z.strictObject({ height: z.int().default(3), glaze: z.strictObject({ colour: z.string() }) }),
    { io: "input" },
  ) as JsonSchema;
  const page = writeSection("pot", schema, docs).join("\n");
  expect(page).toContain("How tall, in centimetres.");
  expect(page).toContain("Which \\| colour.");
  expect(page).toContain("## pot.glaze");
  expect(page).toMatch(/colour<\/code> \| text \| required/);
});
