import { type Scalar, type Tensor, tensor, type Variable } from "@tensorflow/tfjs-core";

/** What a test hands to layers that ask for noise or scalars; asking for anything else is an error. */
export interface TrainingContextOptions {
  /** Noise by name; requests without a name take `""`. Values must fill the shape asked for. */
  noise?: Readonly<Record<string, ArrayLike<number>>>;
  scalars?: Readonly<Record<string, number>>;
}

/** A training context for layers: it stores every running statistic and keeps every report. */
export function createTrainingContext(options: TrainingContextOptions = {}) {
  const { noise = {}, scalars = {} } = options;
  const reports: Record<string, number> = {};
  const give = (shape: readonly number[], name = ""): Tensor => {
    const values = noise[name];
    if (values === undefined) throw new Error(`this test gives no noise named "${name}"`);
    return tensor(Float32Array.from(values), [...shape], "float32");
  };
  return {
    training: true,
    reports,
    normal: give,
    uniform: give,
    scalar(name: string): Scalar {
      const value = scalars[name];
      if (value === undefined) throw new Error(`this test gives no scalar named "${name}"`);
      return tensor(value, [], "float32");
    },
    report(name: string, compute: () => Scalar): void {
      reports[name] = compute().dataSync()[0] as number;
    },
    updateBuffer(buffer: Variable, compute: () => Tensor): void {
      buffer.assign(compute());
    },
  };
}
