/** What {@link train} tells while it runs; `imagesSeen` is always the count so far. */
export type TrainEvent =
  | { type: "start"; imagesSeen: number; totalImages: number }
  | StepEvent
  | HealthEvent
  | WarningEvent
  | {
      /** Training went back after it diverged, and tries again with other noise. */
      type: "rollback";
      imagesSeen: number;
      /** Where it goes on from. */
      toImages: number;
      /** 1 for the first try after the one that failed. */
      attempt: number;
      reason: string;
    }
  | { type: "end"; reason: "complete" | "aborted"; imagesSeen: number };

/** One step is done. */
export interface StepEvent extends StepMeasures {
  /** Tells this event from the others. */
  type: "step";
  /** Training images used so far. */
  imagesSeen: number;
  /** Milliseconds from the request of the batch to the end of the step. */
  durationMillis: number;
}

/** What one step measured. */
export interface StepMeasures {
  /** Each loss term as `phase.term`. */
  losses: Record<string, number>;
  /** What phases reported, for example `realProbability`. */
  reports: Record<string, number>;
  /** Euclidean norm of all gradients of each phase, before clipping. */
  gradientNorms: Record<string, number>;
  /** By optimizer. */
  learningRates: Record<string, number>;
}

/** How varied the pictures are: mean distances of pairs, in units of one pixel's range [-1, 1]. */
export interface HealthEvent {
  /** Tells this event from the others. */
  type: "health";
  /** Training images used so far. */
  imagesSeen: number;
  /** Of a batch from fixed noise. */
  sampleDiversity: number;
  /** Of as many real pictures. */
  realDiversity: number;
}

/** The classic ways in which a GAN goes wrong. */
export type WarningCode =
  | "mode-collapse"
  | "discriminator-won"
  | "generator-starved"
  | "loss-at-zero"
  | "oscillation";

/** Training goes on, but looks as if it were failing. */
export interface WarningEvent {
  /** Tells this event from the others. */
  type: "warning";
  /** Training images used so far. */
  imagesSeen: number;
  /** Which of the classic failures it looks like. */
  code: WarningCode;
  /** What was seen and what may help, for a person to read. */
  message: string;
}
