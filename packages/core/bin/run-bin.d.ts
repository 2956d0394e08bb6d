/** Where a package's command line is, where that is not `runCli` of `dist/cli.js`. */
export interface BinOptions {
  /** The module, relative to the package. Default `dist/cli.js`. */
  module?: string;
  /** Its function. Default `runCli`. */
  run?: string;
}

/**
 * Runs the command line of a package from its bin, and sets the process's exit code. Says so where the package is not
 * built; `doctor` works where what the other commands need does not load.
 *
 * @param name Of the package, without its scope.
 * @param folder The bin's: `import.meta.dirname`.
 */
export function runBin(name: string, folder: string, options?: BinOptions): Promise<void>;
