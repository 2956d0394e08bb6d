const windowMillis = 10_000;

/** Images per second over the last ten seconds, so that an estimate follows the machine's load. */
export class RateMeter {
  readonly #marks: { millis: number; images: number }[] = [];

  /** Notes how many images were seen at a time. */
  add(images: number, millis: number): void {
    this.#marks.push({ millis, images });
    while (this.#marks.length > 2 && millis - (this.#marks[1]?.millis ?? millis) >= windowMillis) {
      this.#marks.shift();
    }
  }

  /** Undefined until two times were noted. */
  get imagesPerSecond(): number | undefined {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (first === undefined || last === undefined || last.millis <= first.millis) return undefined;
    return ((last.images - first.images) * 1000) / (last.millis - first.millis);
  }
}

/** 75 → `1:15`, 3700 → `1:01:40`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const tail = pad(whole % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${tail}` : `${minutes}:${tail}`;
}
