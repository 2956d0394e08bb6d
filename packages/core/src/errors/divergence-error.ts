import { GanError } from "./gan-error.js";

/**
 * A loss or gradient stopped being a finite number or grew beyond all bounds, so that further steps
 * would only spread it into the weights.
 */
export class DivergenceError extends GanError {
  /** The phase in which it happened. */
  readonly phase: string;
  /** The loss that broke, as `phase.term`, or `phase.gradient`. */
  readonly loss: string;
  /** Images consumed when it was seen. */
  readonly imagesSeen: number;

  constructor(scope: string, message: string, details: { phase: string; loss: string; imagesSeen: number }) {
    super(scope, message);
    this.phase = details.phase;
    this.loss = details.loss;
    this.imagesSeen = details.imagesSeen;
  }
}
