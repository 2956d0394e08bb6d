import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A preset as its file has it: defaults are not filled in. */
export interface Preset {
  model: Record<string, unknown>;
  data: Record<string, unknown> & { name?: string };
  training: Record<string, unknown> & { batchSize?: number; totalImages: number };
}

/** A variant's preset of this name. */
export const readPreset = ({ presetFolder }: { presetFolder: string }, preset: string): Preset =>
  JSON.parse(readFileSync(join(presetFolder, `${preset}.json`), "utf8")) as Preset;

/** A preset with settings as `train --set` takes them: dotted keys. */
export const changePreset = (preset: Preset, settings: Readonly<Record<string, unknown>>): Preset =>
  Object.entries(settings).reduce(
    (changed, [path, value]) => setPath(changed, path.split("."), value),
    preset,
  );

function setPath<Target extends object>(target: Target, [key, ...rest]: string[], value: unknown): Target {
  if (key === undefined) return target;
  const inner = (target as Record<string, unknown>)[key];
  return { ...target, [key]: rest.length === 0 ? value : setPath((inner ?? {}) as object, rest, value) };
}
