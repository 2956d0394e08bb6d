/** What {@link train} tells while it runs. */
export type TrainEvent =
  | { type: "start"; imagesSeen: number; totalImages: number }
  | {
      type: "step";
      imagesSeen: number;
      /** Each loss term as `phase.term`. */
      losses: Record<string, number>;
      /** Milliseconds from the request of the batch to the end of the step. */
      durationMillis: number;
    }
  | { type: "end"; reason: "complete" | "aborted"; imagesSeen: number };
