import type { HealthEvent, StepEvent, WarningCode, WarningEvent } from "./events.js";

/** Steps over which measures are averaged before they are judged. */
const windowSteps = 100;
/** Steps that a generator has to spread its outputs before it counts as collapsed. */
const collapseSteps = 1_000;
/** Windows that are compared to see a swing. */
const swingWindows = 12;
/** Steps after which the same warning may be given again. */
const repeatSteps = 5_000;

const thresholds = {
  /** Sample diversity as a share of real diversity. */
  collapsedDiversity: 0.25,
  /** Share of pictures that the discriminator judges right. */
  wonAccuracy: 0.98,
  /** Its mean probability of being real for generated pictures. */
  wonFakeProbability: 0.02,
  /** The generator's gradient norm as a share of its largest window. */
  starvedGradient: 1e-3,
  /** The sum of a phase's losses. */
  zeroLoss: 1e-3,
  /** Swing of a phase's loss from window to window, as a share of its mean. */
  swing: 0.8,
} as const;

/** Means over one window of steps. */
interface Window {
  steps: number;
  losses: Map<string, number>;
  reports: Map<string, number>;
  norms: Map<string, number>;
}

const createWindow = (): Window => ({ steps: 0, losses: new Map(), reports: new Map(), norms: new Map() });

function addAll(target: Map<string, number>, values: Readonly<Record<string, number>>, phaseOnly = false) {
  for (const [name, value] of Object.entries(values)) {
    const key = phaseOnly ? name.slice(0, name.indexOf(".")) : name;
    target.set(key, (target.get(key) ?? 0) + value / windowSteps);
  }
}

/**
 * Watches a training run for the classic failures: mode collapse, a discriminator that won, a starved
 * generator, a loss at zero, oscillation. It judges means over 100 steps, never a single one, and
 * repeats a warning only after 5,000 steps. At equilibrium the discriminator guesses: accuracy and
 * probabilities near 0.5. Goodfellow et al. 2014; Goodfellow 2016, sections 4 and 5.
 */
export class HealthMonitor {
  readonly #warned = new Map<WarningCode, number>();
  readonly #largestNorm = new Map<string, number>();
  readonly #history = new Map<string, number[]>();
  #window = createWindow();
  #steps = 0;

  /** Takes in an event and gives the warnings that it leads to. */
  observe(event: StepEvent | HealthEvent): WarningEvent[] {
    if (event.type === "health") return this.#judgeDiversity(event);
    this.#steps++;
    const window = this.#window;
    window.steps++;
    addAll(window.losses, event.losses, true);
    addAll(window.reports, event.reports);
    addAll(window.norms, event.gradientNorms);
    if (window.steps < windowSteps) return [];
    this.#window = createWindow();
    return [
      ...this.#judgeBalance(window, event.imagesSeen),
      ...this.#judgeGradients(window, event.imagesSeen),
      ...this.#judgeLosses(window, event.imagesSeen),
    ];
  }

  #judgeDiversity({ imagesSeen, sampleDiversity, realDiversity }: HealthEvent): WarningEvent[] {
    const share = sampleDiversity / realDiversity;
    if (!(share < thresholds.collapsedDiversity) || this.#steps < collapseSteps) return [];
    return this.#warn(
      "mode-collapse",
      imagesSeen,
      `samples differ from each other by only ${percent(share)} of what real pictures do: the generator may have collapsed to a few outputs. Minibatch discrimination, a gradient penalty, spectral norm or a smaller learning rate may help.`,
    );
  }

  #judgeBalance({ reports }: Window, imagesSeen: number): WarningEvent[] {
    const [accuracy, fake] = [reports.get("accuracy"), reports.get("fakeProbability")];
    if (accuracy === undefined || fake === undefined) return [];
    if (accuracy < thresholds.wonAccuracy || fake > thresholds.wonFakeProbability) return [];
    return this.#warn(
      "discriminator-won",
      imagesSeen,
      `the discriminator is right on ${percent(accuracy)} of all pictures and gives generated ones a probability of ${fake.toFixed(3)}: it has won. A smaller discriminator or learning rate, label smoothing, instance noise or a gradient penalty may help.`,
    );
  }

  #judgeGradients({ norms }: Window, imagesSeen: number): WarningEvent[] {
    const found: WarningEvent[] = [];
    for (const [phase, norm] of norms) {
      const largest = Math.max(norm, this.#largestNorm.get(phase) ?? 0);
      this.#largestNorm.set(phase, largest);
      if (!phase.startsWith("generator") || norm > largest * thresholds.starvedGradient) continue;
      found.push(
        ...this.#warn(
          "generator-starved",
          imagesSeen,
          `the gradient of the phase ${phase} fell to ${norm.toExponential(1)}, from ${largest.toExponential(1)}: the generator learns nothing any more. The non-saturating, least squares or Wasserstein loss keeps its gradient.`,
        ),
      );
    }
    return found;
  }

  #judgeLosses({ losses }: Window, imagesSeen: number): WarningEvent[] {
    const found: WarningEvent[] = [];
    for (const [phase, loss] of losses) {
      if (Math.abs(loss) < thresholds.zeroLoss) {
        found.push(
          ...this.#warn(
            "loss-at-zero",
            imagesSeen,
            `the loss of the phase ${phase} is at zero (${loss.toExponential(1)}): one network has stopped competing. Look at the samples; a weaker discriminator or another loss may help.`,
          ),
        );
      }
      const history = [...(this.#history.get(phase) ?? []), loss].slice(-swingWindows);
      this.#history.set(phase, history);
      if (history.length === swingWindows && isSwinging(history)) {
        found.push(
          ...this.#warn(
            "oscillation",
            imagesSeen,
            `the loss of the phase ${phase} swings up and down without settling: the networks chase each other. Smaller learning rates, two time scales, an average of the weights or a gradient penalty may help.`,
          ),
        );
      }
    }
    return found;
  }

  #warn(code: WarningCode, imagesSeen: number, message: string): WarningEvent[] {
    const last = this.#warned.get(code);
    if (last !== undefined && this.#steps - last < repeatSteps) return [];
    this.#warned.set(code, this.#steps);
    return [{ type: "warning", imagesSeen, code, message }];
  }
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

/** Whether a series turns round at least four times, each time by a large share of its mean. */
function isSwinging(series: readonly number[]): boolean {
  const mean = series.reduce((sum, value) => sum + Math.abs(value), 0) / series.length;
  const least = thresholds.swing * mean;
  let turns = 0;
  let direction = 0;
  let extreme = series[0] as number;
  for (const value of series) {
    if ((value - extreme) * direction > 0) extreme = value;
    else if (Math.abs(value - extreme) >= least) {
      direction = value > extreme ? 1 : -1;
      extreme = value;
      turns++;
    }
  }
  return turns >= 4;
}
