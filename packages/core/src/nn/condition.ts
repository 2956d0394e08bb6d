import { oneHot, type Tensor, type Tensor1D, type Tensor2D } from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";

/**
 * What a picture shall show: class numbers, int32 [B], of which those outside [0, size) mean no class;
 * or a weight for each class or feature, float32 [B, size], with which classes can be mixed.
 */
export type Condition = Tensor1D | Tensor2D;

/**
 * A condition as float32 [B, size]: class numbers become one-hot rows.
 *
 * @param layer Named in errors.
 * @param size Number of classes or features.
 * @throws ShapeError when it is neither [B] int32 nor [B, size] float32.
 */
export function expandCondition(layer: string, condition: Condition, size: number): Tensor2D {
  const { rank, dtype, shape } = condition as Tensor;
  if (rank === 1 && dtype === "int32") return oneHot(condition, size, 1, 0, "float32") as Tensor2D;
  if (rank === 2 && dtype === "float32" && shape[1] === size) return condition as Tensor2D;
  throw new ShapeError(
    "core",
    `${layer} needs class numbers as int32 [batch], or float32 [batch, ${size}], got ${dtype} [${shape.join(", ")}]. Cast or reshape the labels.`,
  );
}
