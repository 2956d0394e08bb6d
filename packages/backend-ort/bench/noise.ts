/** Fills `target` with N(0, 1) drawn by Box and Muller's method, two at a time, and returns it. */
export function fillNormal(target: Float32Array): Float32Array {
  for (let index = 0; index < target.length; index += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    target[index] = radius * Math.cos(angle);
    if (index + 1 < target.length) target[index + 1] = radius * Math.sin(angle);
  }
  return target;
}
