import type { Value } from "./types.js";

/**
 * One summand of a {@link Linear} form: scale ⊙ base. A coefficient is one number for all ([]), for each channel
 * ([C]) or for each channel of each image ([N · C]).
 */
export interface Term {
  /** A tensor in the layout of its image space, physically [N, C, H, W]. */
  readonly base: Value;
  /** Undefined means 1. */
  readonly scale: Value | undefined;
}

/**
 * An image tensor that is not computed yet: Σ scaleₖ ⊙ baseₖ + bias, with scales and bias per channel,
 * or per channel and image. Adding, subtracting, scaling and summing such forms is arithmetic on their few coefficients, so that what
 * autodiff writes for batch and instance normalisation and their gradients collapses to one or two passes over the images.
 */
export interface Linear {
  readonly kind: "linear";
  readonly terms: readonly Term[];
  /** [], [C], [N · C] or undefined for 0. */
  readonly bias: Value | undefined;
  /** Set when this form is another one times a constant. */
  readonly multiple: { readonly of: Value; readonly factor: number } | undefined;
}

/** The elementwise product of two linear forms; its sum over the images needs no elementwise product. */
export interface Product {
  readonly kind: "product";
  readonly left: Value;
  readonly right: Value;
}

/** The comparison `of > 0` of a linear form. */
export interface Positive {
  readonly kind: "positive";
  readonly of: Value;
}

/** How a value that no node makes is defined. */
export type Virtual = Linear | Product | Positive;

/** What {@link mergeTerms} needs of the graph. */
export interface CoefficientArithmetic {
  add(a: Value, b: Value): Value;
  mul(a: Value, b: Value): Value;
  scalar(value: number): Value;
  reshape(x: Value, shape: readonly number[]): Value;
}

/** a and b combined by `operator`, where one may hold a number for each image of those that the other has for all. */
function broadcast(graph: CoefficientArithmetic, operator: "add" | "mul", a: Value, b: Value): Value {
  const [first = 1, second = 1] = [a.shape[0], b.shape[0]];
  if (first === second || a.shape.length === 0 || b.shape.length === 0) return graph[operator](a, b);
  const channels = Math.min(first, second);
  const [wide, narrow] = first > second ? [a, b] : [b, a];
  const images = graph.reshape(wide, [Math.max(first, second) / channels, channels]);
  return graph.reshape(graph[operator](images, narrow), wide.shape);
}

export function addCoefficients(
  graph: CoefficientArithmetic,
  a: Value | undefined,
  b: Value | undefined,
): Value | undefined {
  return a && b ? broadcast(graph, "add", a, b) : (a ?? b);
}

/** Product of two factors where undefined means 1. */
export function multiplyCoefficients(
  graph: CoefficientArithmetic,
  a: Value | undefined,
  b: Value | undefined,
): Value | undefined {
  return a && b ? broadcast(graph, "mul", a, b) : (a ?? b);
}

/** The terms of a sum of two forms, one per base. */
export function mergeTerms(graph: CoefficientArithmetic, a: readonly Term[], b: readonly Term[]): Term[] {
  const merged = [...a];
  for (const term of b) {
    const at = merged.findIndex(({ base }) => base === term.base);
    const known = merged[at];
    if (!known) merged.push(term);
    else {
      const one = graph.scalar(1);
      merged[at] = { base: term.base, scale: addCoefficients(graph, known.scale ?? one, term.scale ?? one) };
    }
  }
  return merged;
}

/** Equal for equal forms. */
export const linearKey = ({ terms, bias }: Linear): string =>
  `${terms.map(({ base, scale }) => `${base.id}*${scale?.id ?? 1}`).sort()}+${bias?.id ?? 0}`;
