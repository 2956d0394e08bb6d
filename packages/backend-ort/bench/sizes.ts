/** Shape of one measured step. */
export interface StepSize {
  /** Height and width. */
  readonly pixels: number;
  /** Images a step. */
  readonly batch: number;
  /** Channels of the discriminator's first level. */
  readonly features: number;
}

export const defaultSizes = "64x64x64,64x16x32,32x64x32,32x16x16";

/** `64x64x64` → 64 pixels, batch 64, 64 features. @throws RangeError naming the part that is wrong */
export function parseSize(text: string): StepSize {
  const parts = /^(\d+)x(\d+)x(\d+)$/.exec(text)?.slice(1).map(Number);
  const [pixels, batch, features] = parts ?? [];
  if (!pixels || !batch || !features || (pixels !== 32 && pixels !== 64)) {
    throw new RangeError(
      `a size is PIXELSxBATCHxFEATURES with 32 or 64 pixels, as in 64x16x32; got "${text}"`,
    );
  }
  return { pixels, batch, features };
}

export const formatSize = ({ pixels, batch, features }: StepSize): string => `${pixels}x${batch}x${features}`;
