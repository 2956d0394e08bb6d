import type { FeatureExtractor } from "../../metrics/index.js";

/** Features of a picture: the mean and deviation of its bytes; logits: how dark and how light it is. */
export function createToyExtractor(name = "toy"): FeatureExtractor & { extracted: number } {
  return {
    name,
    weightsHash: "ab",
    resize: "none",
    inputSize: 4,
    channels: 1,
    featureCount: 2,
    classCount: 2,
    batchSize: 3,
    extracted: 0,
    async extract(pictures) {
      this.extracted += pictures.length;
      const moments = pictures.map(({ pixels }) => {
        const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
        const variance = pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0) / pixels.length;
        return [mean, Math.sqrt(variance)];
      });
      return {
        features: Float32Array.from(moments.flat()),
        logits: Float32Array.from(moments.flatMap(([mean = 0]) => [-mean / 50, mean / 50])),
      };
    },
    dispose() {},
  };
}
