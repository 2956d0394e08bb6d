import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { ConfigError } from "../errors/index.js";

/** The presets in a folder: its JSON files without their extension. */
export async function listPresets(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => extname(name) === ".json").map((name) => basename(name, ".json"));
}

/**
 * Reads a preset by name or a JSON file by path, and applies `key=value` settings to it.
 *
 * @param scope The variant's name, for errors.
 * @param presetFolder Where the variant keeps its presets.
 * @param settings Dotted keys with JSON values, or plain text: `model.latentSize=64`.
 * @throws ConfigError when there is no such preset or file, or it is not JSON.
 */
export async function loadConfig(
  scope: string,
  presetFolder: string,
  nameOrPath: string,
  settings: readonly string[],
): Promise<unknown> {
  const presets = await listPresets(presetFolder);
  const isPreset = presets.includes(nameOrPath);
  const path = isPreset ? join(presetFolder, `${nameOrPath}.json`) : nameOrPath;
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new ConfigError(
      scope,
      `there is no preset or file named ${nameOrPath}. Presets: ${presets.join(", ")}.`,
      { cause },
    );
  }
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(scope, `${path} is not JSON: ${(cause as Error).message}.`, { cause });
  }
  return settings.reduce((current, setting) => applySetting(scope, current, setting), config);
}

/** Returns `config` with one dotted key set. */
export function applySetting(scope: string, config: unknown, setting: string): unknown {
  const equals = setting.indexOf("=");
  if (equals < 1) {
    throw new ConfigError(scope, `--set needs key=value, got ${setting}. For example training.seed=7.`);
  }
  const text = setting.slice(equals + 1);
  let value: unknown = text;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: plain text such as a name.
  }
  return setPath(config, setting.slice(0, equals).split("."), value);
}

function setPath(target: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const isRecord = typeof target === "object" && target !== null && !Array.isArray(target);
  const record = isRecord ? (target as Record<string, unknown>) : {};
  const inner = Object.hasOwn(record, key) ? record[key] : undefined;
  return { ...record, [key]: setPath(inner, rest, value) };
}
