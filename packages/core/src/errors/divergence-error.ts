import { GanError } from "./gan-error.js";

/** A loss stopped being a finite number, so that further steps would only spread it into the weights. */
export class DivergenceError extends GanError {
  /** The loss that broke, as `phase.term`. */
  readonly loss: string;
  /** Images consumed when it was seen. */
  readonly imagesSeen: number;

  constructor(scope: string, message: string, details: { loss: string; imagesSeen: number }) {
    super(scope, message);
    this.loss = details.loss;
    this.imagesSeen = details.imagesSeen;
  }
}
