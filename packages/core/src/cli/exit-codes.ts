/** Exit codes of every command. */
export const exitCodes = {
  success: 0,
  /** Something failed: data, disk, backend, divergence. */
  failure: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** Stopped by Ctrl-C, after saving. */
  interrupted: 130,
} as const;
