import type { GraphBuilder } from "../graph/builder.js";
import { range } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { spatially } from "./spatial.js";

/**
 * Slices, reversals and zero padding of images move whole pixels. Where several of one image are added, as in the
 * gradient of mirror padding, the sum is made in one pass over the image and one over what is added to it.
 */

/** For each row and column of the result the image's own; -1 for zeros. */
interface Piece {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** Σ over the pieces of `image`'s pixels. */
interface Moved {
  readonly image: Value;
  readonly pieces: readonly Piece[];
}

const known = new WeakMap<Value, Moved>();

const isImage = ({ shape, dtype }: Value): boolean => shape.length === 4 && dtype === "float32";

function movedOf(x: Value): Moved {
  const [, height, width] = x.shape as readonly [number, number, number, number];
  return known.get(x) ?? { image: x, pieces: [{ rows: range(height), columns: range(width) }] };
}

/** Tells later lowerings that row i of `result` is row `rows[i]` of x, and columns alike; -1 for zeros. */
export function rememberMoved(
  x: Value,
  result: Value,
  rows: readonly number[],
  columns: readonly number[],
): Value {
  if (!isImage(x) || result === x) return result;
  const { image, pieces } = movedOf(x);
  const through = (of: readonly number[], positions: readonly number[]): number[] =>
    positions.map((position) => (position < 0 ? -1 : (of[position] as number)));
  const moved = pieces.map((piece) => ({
    rows: through(piece.rows, rows),
    columns: through(piece.columns, columns),
  }));
  known.set(result, { image, pieces: moved });
  return result;
}

/** a + b where both are moved pixels of one image; undefined for all else. */
export function addMoved(graph: GraphBuilder, a: Value, b: Value): Value | undefined {
  if (graph.images.block === undefined || graph.without.has("folds")) return undefined;
  const [first, second] = [known.get(a), known.get(b)];
  if (!first || first.image !== second?.image || a.shape.join() !== b.shape.join()) return undefined;
  const pieces = [...first.pieces, ...second.pieces];
  const whole = pieces.findIndex((piece) => isSlice(piece.rows) && isSlice(piece.columns));
  if (whole < 0) return undefined;
  const others = pieces.filter((_, index) => index !== whole);
  const [, height, width] = first.image.shape as readonly [number, number, number, number];
  const rounds = roundsOf(others, a.shape[2] as number, width);
  const moved = rounds.reduce((sum, { length }) => sum + length, 0);
  // Where most pixels are added to, plain sums are as good.
  if (moved > (a.shape[1] as number) * (a.shape[2] as number)) return undefined;
  const { rows, columns } = pieces[whole] as Piece;
  const sum = spatially(graph, first.image, (x) => {
    const [outside, , , inside] = x.shape as readonly [number, number, number, number];
    const [top, left] = [rows[0] as number, columns[0] as number];
    const kept = graph.slice(x, [1, 2], [top, left], [top + rows.length, left + columns.length]);
    const pixels = rows.length * columns.length;
    let total = graph.reshape(kept, [outside * pixels, inside]);
    const flat = graph.reshape(x, [outside, height * width, inside]);
    for (const round of rounds) {
      const sources = graph.constant(
        "int32",
        [round.length],
        Int32Array.from(round, ([source]) => source),
      );
      const updates = graph.reshape(graph.gather(flat, sources, 1), [outside * round.length, inside]);
      const places = new BigInt64Array(outside * round.length);
      for (let image = 0; image < outside; image++) {
        for (const [index, [, place]] of round.entries())
          places[image * round.length + index] = BigInt(image * pixels + place);
      }
      total = graph.op(
        "ScatterND",
        [total, graph.constant("int64", [places.length, 1], places), updates],
        { reduction: "add" },
        total,
      );
    }
    return graph.reshape(total, [outside, rows.length, columns.length, inside]);
  });
  known.set(sum, { image: first.image, pieces });
  return sum;
}

/** Whether these are consecutive positions. */
const isSlice = (positions: readonly number[]): boolean =>
  positions.every((position, index) => position >= 0 && position === (positions[0] as number) + index);

/** Pairs of a pixel and the place that it is added to, in rounds in which no place comes twice. */
function roundsOf(pieces: readonly Piece[], resultWidth: number, width: number): [number, number][][] {
  const rounds: [number, number][][] = [];
  const times = new Map<number, number>();
  for (const { rows, columns } of pieces) {
    for (const [y, row] of rows.entries()) {
      if (row < 0) continue;
      for (const [x, column] of columns.entries()) {
        if (column < 0) continue;
        const place = y * resultWidth + x;
        const round = times.get(place) ?? 0;
        times.set(place, round + 1);
        rounds[round] ??= [];
        rounds[round].push([row * width + column, place]);
      }
    }
  }
  return rounds;
}
