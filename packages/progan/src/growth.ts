import { CheckpointError, type Stage, type StateHolder } from "@gan/core";
import { lookUpSide, type ProganConfig } from "./config.js";
import { computeSchedule, fadeAt, type GrowthSchedule, type GrowthStage, stageAt } from "./schedule.js";

/** How far a ProGAN has grown; part of its checkpoints. */
export class Growth implements StateHolder {
  /** The stages and when they begin. */
  readonly schedule: GrowthSchedule;
  readonly #rate: number;
  #imagesSeen = 0;

  constructor(config: ProganConfig) {
    this.schedule = computeSchedule(config);
    this.#rate = lookUpSide(config.learningRates, config.startSize) as number;
  }

  /** Images that the networks have learned from. */
  get imagesSeen(): number {
    return this.#imagesSeen;
  }

  set imagesSeen(imagesSeen: number) {
    this.#imagesSeen = imagesSeen;
  }

  /** The stage of the next step. */
  get stage(): GrowthStage {
    return stageAt(this.schedule, this.#imagesSeen);
  }

  /** Weight of the newest level in the next step. */
  get fade(): number {
    return fadeAt(this.schedule, this.#imagesSeen);
  }

  /** What the trainer needs to know of the stage after `imagesSeen` images. */
  describeStage(imagesSeen: number): Stage {
    const { key, level, isFading, fromImages, size, learningRate } = stageAt(this.schedule, imagesSeen);
    return {
      key,
      fromImages,
      optimizers: `${size}`,
      learningRateFactor: learningRate / this.#rate,
      isActive: (name) => isActive(name, level, isFading),
    };
  }

  /** The stage by the key that phases are given. */
  findStage(key: string | undefined): GrowthStage {
    return this.schedule.find((stage) => stage.key === key) ?? this.stage;
  }

  /** Where in the schedule it is, JSON. */
  save(): unknown {
    return { imagesSeen: this.#imagesSeen };
  }

  /** Takes over what {@link save} gave. */
  load(json: unknown): void {
    const { imagesSeen } = (json ?? {}) as { imagesSeen?: unknown };
    if (!(Number.isSafeInteger(imagesSeen) && (imagesSeen as number) >= 0)) {
      throw new CheckpointError(
        "progan",
        `the state of growth must hold imagesSeen, a whole number, got ${JSON.stringify(json)}. The checkpoint is damaged or of another variant.`,
      );
    }
    this.#imagesSeen = imagesSeen as number;
  }
}

/** Whether a weight takes part at a level: blocks up to it, and the layers to and from its colours. */
function isActive(name: string, level: number, isFading: boolean): boolean {
  const [, group, number] = /\.(blocks|toImages|fromImages)\.(\d+)\./.exec(name) ?? [];
  if (group === undefined) return true;
  if (group === "blocks") return Number(number) <= level;
  return Number(number) === level || (isFading && Number(number) === level - 1);
}
