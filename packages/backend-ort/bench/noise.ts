let state = 1;

/** A seeded number in (0, 1]: a multiplicative congruential generator (Lehmer, Park and Miller's constants). */
function nextUniform(): number {
  state = (state * 48271) % 2147483647;
  return state / 2147483647;
}

/** Fills `target` with N(0, 1) drawn by Box and Muller's method, two at a time, and returns it. Seeded: the same in every process. */
export function fillNormal(target: Float32Array): Float32Array {
  for (let index = 0; index < target.length; index += 2) {
    const radius = Math.sqrt(-2 * Math.log(nextUniform()));
    const angle = 2 * Math.PI * nextUniform();
    target[index] = radius * Math.cos(angle);
    if (index + 1 < target.length) target[index + 1] = radius * Math.sin(angle);
  }
  return target;
}
