/** An order of a tensor's elements in memory other than tfjs's. */
export interface MemoryLayout {
  /** The elements in tfjs's order, as a new array. */
  toPlain(laid: Float32Array): Float32Array;
  /** Writes elements in tfjs's order to `laid`. */
  fromPlain(plain: Float32Array, laid: Float32Array): void;
}

/**
 * A matrix whose columns lie in blocks, one block after the other: [columns / block, rows, block]. A filter HWIO
 * is such a matrix of kh · kw · I rows and O columns in ONNX Runtime's blocked layout.
 *
 * @param columns a multiple of `block`
 */
export function blockedColumnsLayout(columns: number, block: number): MemoryLayout {
  const move = (from: Float32Array, to: Float32Array, isLeaving: boolean): void => {
    const rows = from.length / columns;
    let at = 0;
    for (let column = 0; column < columns; column += block) {
      for (let row = 0; row < rows; row++) {
        const plain = row * columns + column;
        for (let index = 0; index < block; index++, at++) {
          if (isLeaving) to[plain + index] = from[at] as number;
          else to[at] = from[plain + index] as number;
        }
      }
    }
  };
  return {
    toPlain(laid) {
      const plain = new Float32Array(laid.length);
      move(laid, plain, true);
      return plain;
    },
    fromPlain: (plain, laid) => move(plain, laid, false),
  };
}
