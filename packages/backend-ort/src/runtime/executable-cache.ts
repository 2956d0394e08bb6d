import { options } from "../config.js";
import type { Statistics } from "../statistics.js";
import type { Executable } from "./executable.js";

/** The compiled graphs of eager execution by structure; of more than `cacheSize` the longest unused ends. */
export class ExecutableCache {
  private readonly known = new Map<string, Executable>();

  constructor(private readonly statistics: Statistics) {}

  /** The graph of that key, made where there is none. */
  take(key: string, make: () => Executable): Executable {
    const found = this.known.get(key);
    if (found) {
      this.statistics.cacheHits++;
      this.known.delete(key);
      this.known.set(key, found);
      return found;
    }
    this.statistics.cacheMisses++;
    const made = make();
    this.known.set(key, made);
    for (const [oldest, executable] of this.known) {
      if (this.known.size <= Math.max(1, options.cacheSize)) break;
      this.known.delete(oldest);
      this.end(executable);
    }
    return made;
  }

  clear(): void {
    for (const executable of this.known.values()) this.end(executable);
    this.known.clear();
  }

  private end(executable: Executable): void {
    this.statistics.retire(executable);
    executable.dispose();
  }
}
