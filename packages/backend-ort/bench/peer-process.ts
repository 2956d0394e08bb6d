import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** How to start a process that speaks the protocol of benchmarks/peers/peer_protocol.py. */
export interface PeerCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly threads: number;
}

/** What a peer says when it is ready. */
export interface PeerDescription {
  readonly peer: string;
  readonly version: string;
  readonly threads: number;
  readonly setting: string;
  /** Debian's name of the BLAS it has loaded, where it can tell; `reference` is some ten times slower. */
  readonly blas?: string | null;
}

/** What a peer answers to a turn of steps. */
export interface Turn {
  /** One entry per step. */
  readonly milliseconds: readonly number[];
  /** Peak resident size so far, less that after the imports. */
  readonly peakMemoryMB: number | null;
  /** Ours only: time within ONNX Runtime over these steps, and what explain() says of the step's graph. */
  readonly runMilliseconds?: number;
  /** The longest, where a step has several graphs. */
  readonly compileMilliseconds?: number;
  /** Floating point operations of one step: convolutions and matrix products. */
  readonly operations?: number;
  /** Bytes that the nodes of one step read and write: convolutions and matrix products, and all others. */
  readonly productBytes?: number;
  readonly otherBytes?: number;
  /** Nodes that one step runs. */
  readonly nodesRun?: number;
  /** Graphs that the step has been compiled to so far. */
  readonly graphs?: number;
  readonly nodes?: number;
}

/**
 * The environment of a measured process: without the settings of this machine that hold OpenBLAS back from its
 * fastest kernels, and with the thread count for every library that asks.
 */
export function createPeerEnvironment(threads?: number): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _type, OPENBLAS_L2_SIZE: _size, ...environment } = process.env;
  if (threads === undefined) return environment;
  return { ...environment, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
}

/** A peer that has warmed up and waits for its turns. */
export class PeerProcess {
  readonly description: PeerDescription;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #errors: string[];

  private constructor(
    child: ChildProcessWithoutNullStreams,
    lines: AsyncIterator<string>,
    errors: string[],
    description: PeerDescription,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.#errors = errors;
    this.description = description;
  }

  /** @throws Error with the last lines of the process's own report when it ends before it is ready */
  static async start(command: PeerCommand): Promise<PeerProcess> {
    const child = spawn(command.file, command.arguments, { env: createPeerEnvironment(command.threads) });
    const failed = once(child, "error").then(([error]) => Promise.reject(error));
    const errors: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => {
      errors.push(line);
      if (errors.length > 20) errors.shift();
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stdin.on("error", () => {}); // an end of the process shows as the end of its lines
    const description = await Promise.race([readAnswer<PeerDescription>(lines, errors), failed]);
    return new PeerProcess(child, lines, errors, description);
  }

  /** Runs `steps` steps and reports them. */
  async run(steps: number): Promise<Turn> {
    this.#child.stdin.write(`${JSON.stringify({ steps })}\n`);
    return await readAnswer<Turn>(this.#lines, this.#errors);
  }

  async quit(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.stdin.end(`${JSON.stringify({ quit: true })}\n`);
    await ended;
  }
}

/** The next line that is a JSON object; a library's own chatter on stdout is passed over. */
async function readAnswer<Answer extends object>(
  lines: AsyncIterator<string>,
  errors: string[],
): Promise<Answer> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(errors.slice(-6).join("\n") || "the process ended without a word");
    if (!value.startsWith("{")) continue;
    const answer = JSON.parse(value) as Answer & { error?: string };
    if (answer.error) throw new Error(answer.error);
    return answer;
  }
}
