const multiplierA = 0xd2511f53;
const multiplierB = 0xcd9e8d57;
const weylA = 0x9e3779b9;
const weylB = 0xbb67ae85;
const rounds = 10;

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16); // below 2^32
  const middleLow = (middle & 0xffff) + aLow * bHigh; // below 2^32
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(middleLow / 0x10000)) >>> 0;
}

/**
 * One block of Philox 4×32 with 10 rounds: a bijection of a 128-bit counter under a 64-bit key.
 * Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 *
 * @param counter Four unsigned 32-bit words, least significant first.
 * @param key Two unsigned 32-bit words.
 * @param output Receives four unsigned 32-bit words.
 */
export function philoxBlock(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  output: Uint32Array,
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const highA = multiplyHigh(multiplierA, c0);
    const lowA = Math.imul(multiplierA, c0) >>> 0;
    const highB = multiplyHigh(multiplierB, c2);
    const lowB = Math.imul(multiplierB, c2) >>> 0;
    c0 = (highB ^ c1 ^ k0) >>> 0;
    c1 = lowB;
    c2 = (highA ^ c3 ^ k1) >>> 0;
    c3 = lowA;
    k0 = (k0 + weylA) >>> 0;
    k1 = (k1 + weylB) >>> 0;
  }
  output[0] = c0;
  output[1] = c1;
  output[2] = c2;
  output[3] = c3;
}
