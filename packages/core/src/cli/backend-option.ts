import { Option } from "commander";
import { BackendError } from "../errors/index.js";
import {
  type BackendName,
  backendNames,
  nameBackend,
  type RunningBackend,
  startBackend,
} from "../node/index.js";

/** `--backend`, for every command that computes. */
export const backendOption = () =>
  new Option(
    "--backend <name>",
    "what computes; auto: the fastest that works here (doctor tells which and why)",
  ).choices(backendNames);

/** What a checkpoint says of the backend that trained it, as far as it can be read. */
export type RecordedBackend = Pick<RunningBackend, "backend" | "device"> & { hardware?: string };

/** Reads what {@link describeBackend} made; undefined for anything else. */
export function readRecordedBackend(json: unknown): RecordedBackend | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { backend, device, hardware } = json as Record<string, unknown>;
  if (typeof backend !== "string" || typeof device !== "string") return undefined;
  const recorded = { backend, device, ...(typeof hardware === "string" && { hardware }) } as RecordedBackend;
  return backendNames.includes(nameBackend(recorded)) ? recorded : undefined;
}

/** For checkpoints and reports; bits of another differ. */
export const describeBackend = ({ backend, device, hardware }: RunningBackend) => ({
  backend,
  device,
  hardware,
});

/**
 * Starts the backend that training goes on with: what was asked for, else what the run was trained on so far.
 *
 * @param warn Told when another backend or machine goes on, for its bits will differ.
 * @throws BackendError when it cannot start.
 */
export async function startTrainingBackend(
  asked: BackendName | undefined,
  recorded: RecordedBackend | undefined,
  warn: (message: string) => void,
): Promise<RunningBackend> {
  const before = recorded && nameBackend(recorded);
  let running: RunningBackend;
  try {
    running = await startBackend(asked ?? before ?? "auto", { onFault: warn });
  } catch (error) {
    if (asked !== undefined || before === undefined || !(error instanceof BackendError)) throw error;
    throw new BackendError(
      "core",
      `this run was trained on ${before}, which does not start here: ${error.message} With --backend auto another goes on, and the weights will not be the same to the bit.`,
      { cause: error },
    );
  }
  const now = nameBackend(running);
  const isOther = before !== undefined && before !== now;
  const isElsewhere = recorded?.hardware !== undefined && recorded.hardware !== running.hardware;
  if (isOther || isElsewhere) {
    warn(
      `This run was trained on ${describe(recorded as RecordedBackend)} and goes on on ${describe(running)}: the weights will not be the same to the bit as those of one that stayed.`,
    );
  }
  return running;
}

const describe = ({ backend, device, hardware }: RecordedBackend) =>
  `${nameBackend({ backend, device })}${hardware === undefined ? "" : ` (${hardware})`}`;
