const bits = new Uint32Array(1);
const float = new Float32Array(bits.buffer);

/** Rounds a float32 to IEEE 754 half precision, ties to even; beyond ±65,504 it becomes infinite. */
export function encodeHalf(value: number): number {
  float[0] = value;
  const source = bits[0] as number;
  const sign = (source >>> 16) & 0x8000;
  const magnitude = source & 0x7fffffff;
  if (magnitude >= 0x7f800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65,520 and more round to infinity
  if (magnitude < 0x38800000) {
    // Under 2^-14: multiples of 2^-24, which float addition rounds to.
    float[0] = Math.abs(value) + 0.5; // 0.5 has 2^-24 as its last place
    return sign | ((bits[0] as number) - 0x3f000000);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}

/** The float32 that a half-precision number stands for, exactly. */
export function decodeHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
