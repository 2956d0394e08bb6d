/** How a preset's shipped weights are trained, chosen and reported. */
export interface Recipe {
  package: string;
  preset: string;
  /** What differs from the preset in training, as `--set` takes it. */
  settings: Readonly<Record<string, string | number>>;
  /**
   * Measures while training, by which the best checkpoint is chosen, on training pictures: the report is on others.
   * Absent: the last checkpoint is taken, so that nothing is chosen.
   */
  choice?: { metrics: string; extractor: string; everyImages: number; count: number };
  /** Commands on the run between training and packing, after the package's own name. */
  afterwards?: readonly (readonly string[])[];
  /** Arguments of `evaluate` for the report, besides the model. */
  evaluate: readonly string[];
  /** The figures of the report by their place in what `evaluate --json` prints, the main one first. */
  figures: readonly Figure[];
  /** A floor that `evaluate --baselines` does not tell: arguments of `metrics`. */
  floor?: readonly string[];
  /** The case in benchmarks/results/quality.json that compares with PyTorch; of another size where this one has none. */
  qualityCase?: string;
  /** Where in the sample grids what changes is: every so many pictures from that one on, and what it comes from. */
  timeline: { columns: number; every: number; shown: number; head?: number };
}

/** A figure of the report. */
export interface Figure {
  /** Dotted path in the report. */
  path: string;
  title: string;
  isLessBetter: boolean;
  /** What the best there can be has, where it is known without measuring. */
  floor?: number;
  /** Its path in the output of {@link Recipe.floor}. */
  floorPath?: string;
}

const less = (path: string, title: string, more: Partial<Figure> = {}): Figure => ({
  path,
  title,
  isLessBetter: true,
  ...more,
});
const more = (path: string, title: string, others: Partial<Figure> = {}): Figure => ({
  ...less(path, title, others),
  isLessBetter: false,
});

const grid = { columns: 8, every: 1, shown: 10 };
const distances = [
  less("fid", "FID"),
  less("kid", "KID"),
  more("precision", "precision"),
  more("recall", "recall"),
  more("density", "density"),
  more("coverage", "coverage"),
];
const classDistances = [
  less("frechetDistance", "FID", { floorPath: "fid" }),
  more("accuracy", "recognised as their class", { floorPath: "realAccuracy" }),
  less("intraClassDistance", "FID within classes"),
  more("precision", "precision", { floorPath: "precision" }),
  more("recall", "recall", { floorPath: "recall" }),
  more("density", "density", { floorPath: "density" }),
  more("coverage", "coverage", { floorPath: "coverage" }),
];
const againstHeldOut = (extractor: string, count: number) => [
  ...["--metrics", "fid,kid,prdc", "--held-out", "--baselines"],
  ...["--extractor", extractor, "--count", String(count)],
];

/** A generator's recipe: nothing that differs from its preset, the best of ten checkpoints, judged by its distance. */
export const createGeneratorRecipe = (
  { package: name, preset, qualityCase }: Pick<Recipe, "package" | "preset" | "qualityCase">,
  extractor: string,
  everyImages: number,
): Recipe => ({
  package: name,
  preset,
  settings: {},
  choice: { metrics: "fid,prdc", extractor, everyImages, count: 2000 },
  evaluate: againstHeldOut(extractor, 2000),
  figures: distances,
  timeline: grid,
  ...(qualityCase !== undefined && { qualityCase }),
});

const avatars = (name: string, preset: string, everyImages: number): Recipe =>
  createGeneratorRecipe({ package: name, preset }, "efficientnet-lite0", everyImages);

/** Of a conditional GAN on a set of ten classes, judged by a classifier of them. */
function classes(preset: string, set: string, extractor: string): Recipe {
  const measuring = ["--extractor", extractor, "--count", "10000"];
  return {
    package: "cgan",
    preset,
    settings: {},
    choice: { metrics: "fid,prdc", extractor, everyImages: 48_000, count: 10_000 },
    evaluate: [...measuring, "--baselines"],
    figures: classDistances,
    floor: ["all", set, `${set}-test`, ...measuring],
    timeline: grid,
  };
}

/**
 * Presets that are trained in ways of their own, or translate. A generator's that is not here has the recipe that its
 * package's bench gives (find-recipe.ts).
 */
export const recipes: readonly Recipe[] = [
  {
    package: "dcgan",
    preset: "mnist-32",
    settings: {
      "training.totalImages": 960_000,
      "training.sampleEveryImages": 48_000,
      "training.checkpointEveryImages": 48_000,
    },
    choice: { metrics: "fid,prdc", extractor: "mnist-classifier", everyImages: 48_000, count: 10_000 },
    evaluate: againstHeldOut("mnist-classifier", 10_000),
    figures: distances,
    qualityCase: "dcgan-mnist-32",
    timeline: grid,
  },
  {
    ...avatars("dcgan", "avatars-64", 10_000),
    settings: { "training.totalImages": 100_000, "training.sampleEveryImages": 10_000 },
  },
  { ...classes("mnist-32", "mnist", "mnist-classifier"), qualityCase: "cgan-mnist-32" },
  classes("fashion-32", "fashion-mnist", "fashion-classifier"),
  {
    package: "pix2pix",
    preset: "openmoji-64",
    // With the preset's 24 the file would have 8 MB.
    settings: { "model.generatorFeatures": 18 },
    evaluate: ["--extractor", "efficientnet-lite0", "--baselines"],
    figures: [
      less("featureDistance", "feature distance", { floor: 0 }),
      less("l1", "L1", { floor: 0 }),
      more("ssim", "SSIM", { floor: 1 }),
      more("psnr", "PSNR"),
      less("frechetDistance", "FID", { floor: 0 }),
    ],
    qualityCase: "pix2pix-openmoji-64",
    timeline: { columns: 3, every: 3, shown: 8, head: 0 },
  },
  {
    package: "cyclegan",
    preset: "noto-twemoji-64",
    settings: {
      "model.generatorFeatures": 16,
      "model.generatorLearningRate": 7e-4,
      "model.identityWeight": 0.5,
      "model.averageHalfLifeImages": 1000,
      "model.stabilisers.loss": "non-saturating",
      "model.stabilisers.discriminatorNorm": "none",
      "model.stabilisers.r1": 2e-3,
    },
    evaluate: ["--extractor", "efficientnet-lite0", "--baselines"],
    figures: [
      less("a2b.domain.translated.kid", "KID, A → B", { floorPath: "a2b.domain.real.kid" }),
      less("b2a.domain.translated.kid", "KID, B → A", { floorPath: "b2a.domain.real.kid" }),
      less("a2b.domain.translated.fid", "FID, A → B", { floorPath: "a2b.domain.real.fid" }),
      less("b2a.domain.translated.fid", "FID, B → A", { floorPath: "b2a.domain.real.fid" }),
      less("a2b.translated.l1", "L1 to the hidden partner, A → B", { floor: 0 }),
      less("b2a.translated.l1", "L1 to the hidden partner, B → A", { floor: 0 }),
      less("a2b.translated.featureDistance", "distance to the hidden partner, A → B", { floor: 0 }),
      less("b2a.translated.featureDistance", "distance to the hidden partner, B → A", { floor: 0 }),
      less("a2b.cycle.l1", "L1 around the cycle, A", { floor: 0 }),
      less("b2a.cycle.l1", "L1 around the cycle, B", { floor: 0 }),
    ],
    qualityCase: "cyclegan-noto-twemoji-64",
    timeline: { columns: 6, every: 6, shown: 8, head: 0 },
  },
  {
    ...avatars("progan", "avatars-32", 32_000),
    // As the preset was when they were trained.
    settings: { "model.learningRates.4": 2e-3, "model.stabilisers.r1": 0.5 },
    qualityCase: "progan-avatars-32",
  },
  {
    ...avatars("progan", "avatars-64", 32_000),
    settings: { "training.totalImages": 112_000 },
    qualityCase: "progan-avatars-32",
  },
  {
    ...avatars("stylegan-lite", "avatars-32", 40_000),
    // As the preset was when they were trained.
    settings: {
      "model.mappingLearningRateMultiplier": 0.01,
      "model.generatorLearningRate": 2.5e-3,
      "model.discriminatorLearningRate": 2.5e-3,
      "model.styleMixing": 0.9,
      "model.pathLength": 2,
      "model.stabilisers.r1": 0.5,
    },
    afterwards: [["train-encoder"]],
    qualityCase: "stylegan-avatars-32",
  },
  {
    ...avatars("stylegan-lite", "avatars-64", 40_000),
    settings: { "training.totalImages": 160_000 },
    qualityCase: "stylegan-avatars-32",
    afterwards: [["train-encoder"]],
  },
  {
    package: "vanilla",
    preset: "mnist-28",
    settings: {
      "training.totalImages": 120_000,
      "training.sampleEveryImages": 60_000,
      "training.checkpointEveryImages": 120_000,
    },
    evaluate: againstHeldOut("mnist-classifier", 10_000),
    figures: distances,
    qualityCase: "vanilla-mnist-28",
    timeline: grid,
  },
];
