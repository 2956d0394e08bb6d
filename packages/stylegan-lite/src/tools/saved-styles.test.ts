import { CheckpointError, decodeSafetensors, encodeSafetensors } from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import { beforeAll, describe, expect, it } from "vitest";
import { createTiny, read } from "../tiny.test-helper.js";
import { mapSeeds, renderStyles } from "./render-styles.js";
import { encodeStyles, restoreStyles } from "./saved-styles.js";

beforeAll(useCpuBackend);

describe("saved styles", () => {
  it("give the same picture again, to the bit", async () => {
    const variant = createTiny();
    const styles = mapSeeds(variant, [3, 4]);
    const bytes = await encodeStyles(variant, styles);
    const same = createTiny(); // another process
    const restored = await restoreStyles(same, decodeSafetensors(bytes, "file"), "file");
    expect(read(renderStyles(same, restored))).toEqual(read(renderStyles(variant, styles)));
  });

  it("are refused by a model of another size, and by other weights", async () => {
    const variant = createTiny();
    const bytes = await encodeStyles(variant, mapSeeds(variant, [3]));
    const restore = (other: typeof variant) =>
      restoreStyles(other, decodeSafetensors(bytes, "a.safetensors"), "a.safetensors");
    await expect(restore(createTiny({ imageSize: 8 }))).rejects.toThrow(
      "a.safetensors holds styles [1, 6, 6], but this model takes [.., 4, 6]",
    );
    await expect(restore(createTiny({ seed: 6 }))).rejects.toThrow(CheckpointError);
    await expect(restore(createTiny({ seed: 6 }))).rejects.toThrow("saved with other weights");
    const empty = decodeSafetensors(encodeSafetensors(new Map()), "b");
    await expect(restoreStyles(variant, empty, "b")).rejects.toThrow(
      "b must hold styles and meanStyle, got nothing",
    );
  });
});
