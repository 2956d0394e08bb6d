import { ConfigError } from "../../errors/index.js";
import { computeErrorRate, type ErrorRate } from "../../metrics/index.js";
import type { Random } from "../../random/index.js";

/** One picture (real or not?), or two (which is real?). */
export type QuizMode = "single" | "pair";

/** What a person sees at a time. */
export interface Trial {
  /** Indices into {@link Quiz.pictures}: one, or left and right. */
  pictures: readonly number[];
  /** `real` or `fake`; of a pair `left` or `right`, where the real one is. */
  truth: string;
}

/** The questions of a quiz, the same for everybody. */
export interface Quiz {
  /** What is asked. */
  mode: QuizMode;
  /** PNG. */
  pictures: readonly Uint8Array[];
  /** The questions, in order. */
  trials: readonly Trial[];
}

/** What somebody answered. */
export interface QuizAnswer {
  /** Who answered. */
  person: string;
  /** From 0. */
  trial: number;
  /** What would have been right. */
  truth: string;
  /** `none` when the time ran out, which counts as an error. */
  answer: string;
  /** Until the answer. */
  millis: number;
}

/** Answers that a mode allows, that for the left key first. */
export const quizChoices: Readonly<Record<QuizMode, readonly [string, string]>> = {
  single: ["real", "fake"],
  pair: ["left", "right"],
};

/**
 * Makes the questions: half of single pictures are real, in random order; of pairs the real one is left or
 * right by chance.
 *
 * @throws ConfigError when there are too few pictures.
 */
export function createQuiz(
  mode: QuizMode,
  real: readonly Uint8Array[],
  fake: readonly Uint8Array[],
  random: Random,
): Quiz {
  const count = Math.min(real.length, fake.length);
  if (count < 1) {
    throw new ConfigError(
      "core",
      `a quiz needs pictures of both kinds, got ${real.length} and ${fake.length}.`,
    );
  }
  const pictures = [...real.slice(0, count), ...fake.slice(0, count)];
  const order = random.permutation(mode === "single" ? 2 * count : count);
  const trials = Array.from(order, (index): Trial => {
    if (mode === "single") return { pictures: [index], truth: index < count ? "real" : "fake" };
    const isLeft = random.integer(2) === 0;
    const pair = [index, count + index];
    return { pictures: isLeft ? pair : pair.reverse(), truth: isLeft ? "left" : "right" };
  });
  return { mode, pictures, trials };
}

/** Error rates of a quiz's answers. */
export interface QuizReport {
  /** Over everybody's answers. */
  pooled: ErrorRate;
  /** By person. */
  people: Record<string, ErrorRate>;
}

/** Counts errors, per person and pooled; undefined without answers. */
export function reportQuiz(answers: readonly QuizAnswer[]): QuizReport | undefined {
  if (answers.length === 0) return undefined;
  const rateOf = (some: readonly QuizAnswer[]) =>
    computeErrorRate(some.filter(({ truth, answer }) => truth !== answer).length, some.length);
  const names = [...new Set(answers.map(({ person }) => person))];
  const people = names.map((name) => [name, rateOf(answers.filter(({ person }) => person === name))]);
  return { pooled: rateOf(answers), people: Object.fromEntries(people) };
}
