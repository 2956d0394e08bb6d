import type { JsonSchema } from "./config-pages.js";

/**
 * What is wrong with the settings of a command line of the documentation: keys that no configuration has.
 *
 * @param words The line: of `--set model.stabilisers.r1=10`, or of `--set model.stabilisers={"r1":10}`, the keys are looked
 *   up.
 * @param config The JSON Schema of the program's run configurations.
 */
export function findSettingProblems(words: readonly string[], config: JsonSchema): string[] {
  return words.flatMap((word, index) => (words[index - 1] === "--set" ? findKeyProblems(word, config) : []));
}

function findKeyProblems(setting: string, config: JsonSchema): string[] {
  const [path = "", ...rest] = setting.split("=");
  let section: JsonSchema | undefined = config;
  for (const key of path.split(".")) {
    section = section?.properties?.[key];
    if (section === undefined) return [`no configuration has the key ${path}`];
  }
  const text = rest.join("=");
  const { properties } = section;
  if (!text.startsWith("{") || properties === undefined) return [];
  const unknown = Object.keys(JSON.parse(text)).filter((key) => !(key in properties));
  return unknown.map((key) => `no configuration has the key ${path}.${key}`);
}
