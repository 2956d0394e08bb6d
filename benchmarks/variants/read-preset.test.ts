import { expect, it } from "vitest";
import { changePreset, type Preset } from "./read-preset.js";

it("changes single values by dotted keys and leaves the preset alone", () => {
  const preset: Preset = { model: { imageSize: 32, channels: 1 }, data: {}, training: { totalImages: 9 } };
  const changed = changePreset(preset, { "model.imageSize": 64, "data.options.count": 5 });
  expect(changed.model).toEqual({ imageSize: 64, channels: 1 });
  expect(changed.data).toEqual({ options: { count: 5 } });
  expect(preset.data).toEqual({});
});
