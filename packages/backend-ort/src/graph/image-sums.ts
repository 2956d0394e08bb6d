import { asOneImage } from "./image-space.js";
import type { Images } from "./images.js";
import { addCoefficients, linearKey, multiplyCoefficients, type Product, type Term } from "./linear.js";
import { sizeOf } from "./shapes.js";
import type { Value } from "./types.js";

/** Sum over batch, height and width: [C]; or over height and width alone: [N · C]. */
export function sumPixels(images: Images, x: Value, ofEach: boolean): Value {
  const { graph } = images;
  const count = graph.scalar(sizeOf(x.shape.slice(ofEach ? 1 : 0, 3)));
  if (x.virtual?.kind === "product" && !images.isComputed(x))
    return sumOfProduct(images, x.virtual, count, ofEach);
  const form = images.asLinear(x);
  let total = form.bias && totalOf(images, form.bias, x, count, ofEach);
  for (const { base, scale } of form.terms) {
    total = addCoefficients(graph, total, weighted(images, base, base, scale, x, ofEach, "sum"));
  }
  return total as Value;
}

/** Sums of first, or of first ⊙ second, times a scale: [C], or [N · C] when of each image. */
function weighted(
  images: Images,
  first: Value,
  second: Value,
  scale: Value | undefined,
  image: Value,
  ofEach: boolean,
  kind: "sum" | "dot",
): Value {
  const { graph } = images;
  const space = images.space(image);
  const [batch, channels] = [image.shape[0] as number, image.shape[3] as number];
  // A scale that differs between images stands inside of a sum over them.
  const apart = ofEach || (scale?.shape[0] ?? 1) > channels;
  const [x, y] = apart ? [asOneImage(graph, first), asOneImage(graph, second)] : [first, second];
  const plain = kind === "sum" ? space.sum(graph, x) : space.dot(graph, x, y);
  const scaled = multiplyCoefficients(graph, plain, scale) as Value;
  return apart && !ofEach ? graph.reduce("ReduceSum", graph.reshape(scaled, [batch, channels]), [0]) : scaled;
}

/** The sum of a coefficient over `count` pixels: [C], or [N · C] when of each image. */
function totalOf(images: Images, coefficient: Value, image: Value, count: Value, ofEach: boolean): Value {
  const { graph } = images;
  const [batch, channels] = [image.shape[0] as number, image.shape[3] as number];
  const total = graph.mul(coefficient, count);
  const length = coefficient.shape[0] ?? 1;
  if (ofEach || length <= channels) {
    const wanted = ofEach ? batch * channels : channels;
    if (total.shape.length === 0) return graph.expand(graph.reshape(total, [1]), [wanted]);
    return graph.tile(total, [wanted / length]);
  }
  return graph.reduce("ReduceMean", graph.reshape(total, [batch, channels]), [0]);
}

/** Σ (Σₖ aₖ Pₖ + p) ⊙ (Σₗ bₗ Qₗ + q), from the sums and dot products of the bases alone. */
function sumOfProduct(images: Images, { left, right }: Product, count: Value, ofEach: boolean): Value {
  const { graph } = images;
  const a = images.asLinear(left);
  const b = images.asLinear(right);
  if (linearKey(a) === linearKey(b) && (a.bias || a.terms.length > 1)) {
    // A variance: from the sums alone, a mean far above the deviation would cancel all its digits.
    const centred = images.physical(left);
    return weighted(images, centred, centred, undefined, left, ofEach, "dot");
  }
  const parts: (Value | undefined)[] = [];
  for (const p of a.terms) {
    for (const q of b.terms) {
      const [first, second] = p.base.id <= q.base.id ? [p.base, q.base] : [q.base, p.base];
      const scale = multiplyCoefficients(graph, p.scale, q.scale);
      parts.push(weighted(images, first, second, scale, left, ofEach, "dot"));
    }
  }
  const crossed = (terms: readonly Term[], bias: Value | undefined): void => {
    for (const { base, scale } of bias ? terms : []) {
      parts.push(weighted(images, base, base, multiplyCoefficients(graph, scale, bias), left, ofEach, "sum"));
    }
  };
  crossed(a.terms, b.bias);
  crossed(b.terms, a.bias);
  if (a.bias && b.bias) {
    const product = multiplyCoefficients(graph, a.bias, b.bias) as Value;
    parts.push(totalOf(images, product, left, count, ofEach));
  }
  return parts.reduce((sum, part) => addCoefficients(graph, sum, part)) as Value;
}
