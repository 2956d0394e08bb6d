import { join } from "node:path";
import type ts from "typescript";
import { formatTable } from "../../readme-sections.js";
import { type ConfigDocs, findProperty, findVariable, readSchemaDocs } from "./config-docs.js";
import type { SitePackage } from "./find-packages.js";
import { codeCell, escapeCell } from "./pages.js";

/** As much of JSON Schema as zod writes for configurations. */
export interface JsonSchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  additionalProperties?: JsonSchema | boolean;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
}

/** Bounds that only say how far whole numbers are exact. */
const isBound = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;

/** What may stand for a key, in words. */
export function describeValues(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => codeCell(String(value))).join(" ");
  if (schema.const !== undefined) return codeCell(String(schema.const));
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeValues).join(" or ");
  if (schema.allOf !== undefined) return describeValues(schema.allOf.at(-1) as JsonSchema);
  if (schema.type === "array") return `a list of ${describeValues(schema.items ?? {})}`;
  if (schema.type === "boolean") return "`true` or `false`";
  if (schema.type === "string") return "text";
  if (schema.type === "object") {
    const { additionalProperties: values } = schema;
    return typeof values === "object" ? `a table of ${describeValues(values)}` : "a section";
  }
  if (schema.type !== "integer" && schema.type !== "number") return "any value";
  const kind = schema.type === "integer" ? "whole number" : "number";
  const from = isBound(schema.minimum)
    ? `from ${schema.minimum}`
    : isBound(schema.exclusiveMinimum)
      ? `above ${schema.exclusiveMinimum}`
      : "";
  const to = isBound(schema.maximum)
    ? `to ${schema.maximum}`
    : isBound(schema.exclusiveMaximum)
      ? `below ${schema.exclusiveMaximum}`
      : "";
  return [kind, from, to].filter((part) => part !== "").join(" ");
}

const describeDefault = (schema: JsonSchema, isRequired: boolean): string => {
  if (schema.default !== undefined) return codeCell(JSON.stringify(schema.default));
  return isRequired ? "required" : "";
};

/** The tables of a section and of those within it. */
export function writeSection(name: string, schema: JsonSchema, docs: ConfigDocs): string[] {
  const { properties = {}, required = [] } = schema;
  const isSection = (inner: JsonSchema) => inner.properties !== undefined;
  const rows = Object.entries(properties)
    .filter(([, inner]) => !isSection(inner))
    .map(([key, inner]) => [
      codeCell(key),
      describeValues(inner),
      describeDefault(inner, required.includes(key)),
      escapeCell(docs.get(`${name}.${key}`) ?? ""),
    ]);
  return [
    `## ${name}`,
    ...(docs.has(name) ? [escapeCell(docs.get(name) as string)] : []),
    ...(rows.length > 0 ? [formatTable(["key", "values", "default", "what it is"], rows)] : []),
    ...Object.entries(properties)
      .filter(([, inner]) => isSection(inner))
      .flatMap(([key, inner]) => writeSection(`${name}.${key}`, inner, docs)),
  ];
}

/** What the doc comments say of every key of a variant's run configurations. */
export function readConfigDocs(program: ts.Program, variant: SitePackage, core: SitePackage): ConfigDocs {
  const read = (file: string) => {
    const source = program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} is not among the sources that were read`);
    return source;
  };
  const cli = read(join(variant.folder, "src", "cli.ts"));
  const run = read(join(core.folder, "src", "cli", "run-config.ts"));
  const data = read(join(core.folder, "src", "data", "data-config.ts"));
  const model = findProperty(cli, "modelSchema");
  if (model === undefined) throw new Error(`${cli.fileName} has no modelSchema`);
  return new Map([
    ...readSchemaDocs(program, model, "model"),
    ...readSchemaDocs(program, findProperty(cli, "dataSchema") ?? findVariable(data, "dataSchema"), "data"),
    ...readSchemaDocs(program, findVariable(run, "trainingSchema"), "training"),
    ...readSchemaDocs(program, findVariable(run, "metricsSchema"), "metrics"),
  ]);
}

/** The reference of a variant's run configurations. */
export function writeConfigPage({ name, shortName, bin }: SitePackage, schema: JsonSchema, docs: ConfigDocs) {
  const sections = Object.entries(schema.properties ?? {});
  return `${[
    `---\ntitle: ${shortName}\noutline: [2, 3]\n---`,
    `# Configuration of ${shortName}`,
    `Every key of a run's configuration for [${name}](/packages/${shortName}/index.md), made from the schema that checks it and the doc comments beside it. On the command line a key is set by \`--set model.imageSize=32\`; \`${bin} configs <preset>\` prints a whole configuration. Keys that are not here are refused, and every problem is told at once.`,
    ...sections.flatMap(([section, inner]) => writeSection(section, inner, docs)),
  ].join("\n\n")}\n`;
}
