import {
  logSoftmax,
  mean,
  mul,
  neg,
  oneHot,
  relu,
  type Scalar,
  sum,
  type Tensor2D,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import {
  adam,
  BatchNorm,
  Conv2d,
  Dense,
  ExponentialAverage,
  type ForwardContext,
  type HostTensor,
  heInitializer,
  type LabelledImageBatch,
  Module,
  type Random,
  readVariables,
  type Variant,
} from "../src/index.js";
import { foldBatchNorm } from "../src/metrics/networks/fold-batch-norm.js";
import {
  type ClassifierName,
  classifierClasses,
  classifierFeatures,
  classifierHead,
  classifierLayers,
} from "../src/metrics/networks/grey-classifier.js";

const epsilon = 1e-5;

/** The classifier while it learns: a batch norm behind each convolution. */
class TrainedClassifier extends Module {
  readonly #layers: { convolution: Conv2d; norm: BatchNorm }[];
  readonly #head: Dense;

  constructor(kind: ClassifierName, random: Random) {
    super();
    this.#layers = classifierLayers[kind].map(({ name, inputs, outputs, stride }) => {
      const own = random.fork(name);
      const initializer = heInitializer();
      const options = { inputs, outputs, stride, kernelSize: 3, bias: false, initializer, random: own };
      return {
        convolution: this.child(name, new Conv2d(options)),
        norm: this.child(`${name}Norm`, new BatchNorm({ channels: outputs, epsilon, random: own })),
      };
    });
    const head = {
      inputs: classifierFeatures,
      outputs: classifierClasses,
      random: random.fork(classifierHead),
    };
    this.#head = this.child(classifierHead, new Dense(head));
  }

  forward(images: Tensor4D, ctx: ForwardContext): Tensor2D {
    let x = images;
    for (const { convolution, norm } of this.#layers) x = relu(norm.forward(convolution.forward(x), ctx));
    return this.#head.forward(mean(x, [1, 2]));
  }
}

/** The classifier as it is shipped, batch norms folded into the convolutions. */
export class FoldedClassifier extends Module {
  readonly #convolutions: Conv2d[];
  readonly #head: Dense;

  constructor(kind: ClassifierName, random: Random) {
    super();
    this.#convolutions = classifierLayers[kind].map(({ name, inputs, outputs, stride }) =>
      this.child(name, new Conv2d({ inputs, outputs, stride, kernelSize: 3, random })),
    );
    const head = { inputs: classifierFeatures, outputs: classifierClasses, random };
    this.#head = this.child(classifierHead, new Dense(head));
  }

  forward(images: Tensor4D): Tensor2D {
    let x = images;
    for (const convolution of this.#convolutions) x = relu(convolution.forward(x));
    return this.#head.forward(mean(x, [1, 2]));
  }
}

/** What is trained: a classifier in either form. */
type Classifier = Module & { forward(images: Tensor4D, ctx: ForwardContext): Tensor2D };

/** A classifier to be trained from scratch, or refined: what it starts as, twice, for the average too. */
export const createClassifiers = (
  kind: ClassifierName,
  random: Random,
): [TrainedClassifier, TrainedClassifier] => [
  new TrainedClassifier(kind, random),
  new TrainedClassifier(kind, random),
];

/** A "GAN" of one network and one phase: the trainer does not mind. */
export function createClassifierVariant<C extends Classifier>(
  [classifier, copy]: [C, C],
  learningRate: number,
  totalImages: number,
) {
  const average = new ExponentialAverage(classifier, copy, 10_000);
  return {
    name: "classifier",
    config: {},
    networks: { classifier },
    averages: { classifier: average },
    phases: [
      {
        name: "classifier",
        updates: ["classifier"],
        every: 1,
        optimizer: {
          ...adam({ learningRate }),
          schedule: { type: "cosine", fromImages: 0, toImages: totalImages, warmupImages: 5000 },
        },
        losses({ images, labels }, ctx) {
          const logits = classifier.forward(images, ctx);
          const target = oneHot(labels, classifierClasses);
          // -log softmax of the right class
          const crossEntropy = neg(sum(mul(logSoftmax(logits), target), 1));
          return { crossEntropy: mean(crossEntropy) as Scalar };
        },
      },
    ],
    sample: () => {
      throw new Error("a classifier makes no pictures");
    },
  } satisfies Variant<"classifier", LabelledImageBatch>;
}

/** The weights without batch norms, as the extractor reads them. */
export async function foldClassifier(
  kind: ClassifierName,
  classifier: Module,
): Promise<Map<string, HostTensor>> {
  const read = await readVariables(classifier.namedVariables());
  const values = (name: string) => (read.get(name) as HostTensor).values;
  const folded = new Map<string, HostTensor>();
  for (const { name } of classifierLayers[kind]) {
    const layer = foldBatchNorm(read.get(`${name}.weight`) as HostTensor, {
      gamma: values(`${name}Norm.gamma`),
      beta: values(`${name}Norm.beta`),
      mean: values(`${name}Norm.runningMean`),
      variance: values(`${name}Norm.runningVariance`),
      epsilon,
    });
    folded.set(`${name}.weight`, layer.weight);
    folded.set(`${name}.bias`, layer.bias);
  }
  for (const name of [`${classifierHead}.weight`, `${classifierHead}.bias`]) {
    folded.set(name, read.get(name) as HostTensor);
  }
  return folded;
}
