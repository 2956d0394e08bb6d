import { type Scalar, type Tensor, tidy, zeros } from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import type { Phase, StepContext } from "./variant.js";

/** One noise tensor that a step needs. */
export interface NoiseRequest {
  shape: readonly number[];
  distribution: "normal" | "uniform";
}

/** What one combination of due phases needs and gives, found by running their losses once. */
export interface StepPlan {
  /** Identifies the combination; a static argument of the compiled step. */
  key: string;
  /** Key of the variant's stage. */
  stage: string | undefined;
  /** Noise inputs by {@link nameNoise}, in the order of the requests. */
  noise: ReadonlyMap<string, NoiseRequest>;
  /** Scalars that the phases ask for. */
  scalars: readonly string[];
  /** Loss terms by phase. */
  terms: Readonly<Record<string, readonly string[]>>;
  /** Reports by phase. */
  reports: Readonly<Record<string, readonly string[]>>;
}

/** Identifies a combination of stage, phases and input shapes. */
export function computePlanKey<Network extends string, Batch extends TensorRecord>(
  phases: readonly Phase<Network, Batch>[],
  batch: Batch,
  stage?: string,
): string {
  const shapes = Object.entries(batch).map(([name, { shape }]) => `${name}:${shape.join("x")}`);
  const names = phases.map((phase) => phase.name).join("+");
  return [...(stage === undefined ? [] : [stage]), names, ...shapes].join(" ");
}

/** Under which name a request's noise is kept: its own, or its place among the phase's unnamed ones. */
export function nameNoise(phase: string, unnamed: number, name: string | undefined): string {
  return name ?? `${phase}#${unnamed}`;
}

/**
 * Runs the losses of `phases` once, without gradients or updates, to learn which noise and scalars
 * they ask for and what they return and report.
 *
 * @throws ConfigError when a phase returns no loss, a noise name comes with two shapes or
 *   distributions, or a report's name comes twice.
 */
export function planStep<Network extends string, Batch extends TensorRecord>(
  phases: readonly Phase<Network, Batch>[],
  batch: Batch,
  stage?: string,
): StepPlan {
  const noise = new Map<string, NoiseRequest>();
  const scalars = new Set<string>();
  const terms: Record<string, string[]> = {};
  const reports: Record<string, string[]> = {};
  const reported = new Set<string>();
  for (const phase of phases) {
    let unnamed = 0;
    const own: string[] = [];
    reports[phase.name] = own;
    const plan =
      (distribution: NoiseRequest["distribution"]) =>
      (shape: readonly number[], name?: string): Tensor => {
        const id = nameNoise(phase.name, name === undefined ? unnamed++ : unnamed, name);
        addRequest(noise, id, { shape: [...shape], distribution });
        return zeros([...shape]);
      };
    const ctx: StepContext = {
      training: true,
      stage,
      updateBuffer() {},
      normal: plan("normal"),
      uniform: plan("uniform"),
      scalar(name) {
        scalars.add(name);
        return zeros([]) as Scalar;
      },
      report(name) {
        if (reported.has(name)) throw new ConfigError("core", `${name} is reported twice in one step.`);
        reported.add(name);
        own.push(name);
      },
    };
    const found = tidy(() => Object.keys(phase.losses(batch, ctx)));
    if (found.length === 0) {
      throw new ConfigError("core", `the phase ${phase.name} returned no loss. Return at least one term.`);
    }
    terms[phase.name] = found;
  }
  return { key: computePlanKey(phases, batch, stage), stage, noise, scalars: [...scalars], terms, reports };
}

function addRequest(noise: Map<string, NoiseRequest>, id: string, request: NoiseRequest): void {
  const known = noise.get(id);
  if (known === undefined) noise.set(id, request);
  else if (known.shape.join() !== request.shape.join() || known.distribution !== request.distribution) {
    const describe = ({ distribution, shape }: NoiseRequest) => `${distribution} [${shape.join(", ")}]`;
    throw new ConfigError(
      "core",
      `the noise "${id}" was asked for as ${describe(known)} and as ${describe(request)}. Use two names.`,
    );
  }
}
