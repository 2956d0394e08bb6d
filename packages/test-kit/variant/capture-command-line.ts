import { vi } from "vitest";

/** What a command line ended with and printed. */
export interface CapturedRun {
  code: number;
  /** Lines of standard output and errors, in order. */
  text: string;
}

/**
 * Keeps what a command line prints from the terminal, until the test ends.
 *
 * @param runCli A package's `runCli`.
 * @returns Runs one command line.
 */
export function captureCommandLine(
  runCli: (args: readonly string[]) => Promise<number>,
): (...args: string[]) => Promise<CapturedRun> {
  const printed: string[] = [];
  const collect = (text: unknown) => {
    printed.push(String(text));
    return true;
  };
  return async (...args) => {
    vi.spyOn(console, "log").mockImplementation(collect);
    vi.spyOn(console, "error").mockImplementation(collect);
    vi.spyOn(process.stderr, "write").mockImplementation(collect);
    printed.length = 0;
    return { code: await runCli(args), text: printed.join("\n") };
  };
}
