/**
 * What a user writes after installing `@gan/cyclegan` alone: its types are checked as a user's compiler would, and
 * it trains for two steps. Arguments of the program: the folder that holds trainA and trainB, a folder for the run.
 */
export const userProgram = `import {
  type CycleGanOptions,
  createCycleGan,
  Random,
  type StepEvent,
  train,
  unpairedBatches,
} from "@gan/cyclegan";
import { imageFolder, prepareImages, saveRun, startBackend } from "@gan/cyclegan/node";

const [data = "", out = ""] = process.argv.slice(2);
const model = { imageSize: 32, generatorFeatures: 2, discriminatorFeatures: 2, residualBlocks: 1, discriminatorLayers: 1 } satisfies CycleGanOptions;
await startBackend();
const open = async (folder: string) =>
  prepareImages(await imageFolder(folder), { height: 32, width: 32, channels: 3, cache: false });
const sets = { a: await open(data + "/trainA"), b: await open(data + "/trainB") };
const variant = createCycleGan({ ...model, seed: 7 });
const batches = unpairedBatches(sets, { batchSize: 1, imageSize: 32, random: new Random(7) });
const saving = saveRun(out, { config: model, seed: 7, sampleEveryImages: 2, checkpointEveryImages: 2, sampleCount: 1 });
let steps = 0;
let imagesSeen: StepEvent["imagesSeen"] = 0;
for await (const event of train({ variant, data: batches, totalImages: 2, ...saving })) {
  if (event.type !== "step") continue;
  steps += 1;
  imagesSeen = event.imagesSeen;
  if (!Object.values(event.losses).every(Number.isFinite)) throw new Error("a loss is not finite");
}
console.log(JSON.stringify({ steps, imagesSeen }));
`;

/** Configurations with which the program's types must resolve; under the first our declarations are checked themselves. */
export const moduleResolutions = {
  node16: { module: "node16", moduleResolution: "node16", outDir: "compiled" },
  bundler: { module: "esnext", moduleResolution: "bundler", noEmit: true, skipLibCheck: true },
} as const;

/**
 * A user's tsconfig.json for one of {@link moduleResolutions}.
 *
 * @param typeRoots Folder that holds the types of Node.js, which is the user's to install.
 */
export const writeTsconfig = (name: keyof typeof moduleResolutions, typeRoots: string): string =>
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      lib: ["es2023", "dom"],
      strict: true,
      exactOptionalPropertyTypes: true,
      types: ["node"],
      typeRoots: [typeRoots],
      ...moduleResolutions[name],
    },
    files: ["program.mts"],
  });
