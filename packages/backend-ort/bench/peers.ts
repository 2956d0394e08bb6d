import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createPeerEnvironment, type PeerCommand } from "./peer-process.js";
import type { Workload } from "./workload.js";

const peersFolder = fileURLToPath(new URL("../../../benchmarks/peers/", import.meta.url));

/** Names that `--peers` takes. */
export const peerNames = ["torch", "debian", "jax", "tfjs-cpu"] as const;
export type PeerName = (typeof peerNames)[number];

/** One way to run a peer, to be tried for its speed. */
export interface Candidate {
  /** Options of the peer's script, such as `--compile`. */
  readonly options: readonly string[];
  /** Costly to try: only at thread counts at which the plain setting is within a third of its best. */
  readonly costly?: boolean;
}

interface PythonPeer {
  readonly variable: string;
  readonly pythons: readonly string[];
  readonly module: string;
  /** End of its scripts' names. */
  readonly script: string;
  readonly install: string;
  readonly candidates: readonly Candidate[];
}

const inEnvironment = (name: string) => [
  `${peersFolder}.venv/${name}/bin/python`,
  `${peersFolder}.venv/${name}/Scripts/python.exe`,
];

const pythonPeers: Readonly<Record<Exclude<PeerName, "tfjs-cpu">, PythonPeer>> = {
  torch: {
    variable: "GAN_PEER_TORCH",
    pythons: inEnvironment("torch"),
    module: "torch",
    script: "_torch.py",
    install: "node benchmarks/peers/install.mjs torch",
    candidates: [
      { options: [] },
      { options: ["--channels-last"] },
      { options: ["--compile"], costly: true },
      { options: ["--compile", "--channels-last"], costly: true },
    ],
  },
  debian: {
    variable: "GAN_PEER_DEBIAN",
    pythons: ["/usr/bin/python3"],
    module: "torch",
    script: "_torch.py",
    install: "sudo apt-get install --no-install-recommends python3-torch libopenblas0-openmp",
    candidates: [{ options: [] }, { options: ["--channels-last"] }],
  },
  jax: {
    variable: "GAN_PEER_JAX",
    pythons: inEnvironment("jax"),
    module: "jax",
    script: "_jax.py",
    install: "node benchmarks/peers/install.mjs jax",
    candidates: [{ options: [] }],
  },
};

function canImport(python: string, module: string): boolean {
  const probe = `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`;
  return spawnSync(python, ["-c", probe]).status === 0;
}

/** A peer that is installed. */
export interface FoundPeer {
  readonly name: PeerName | "tfjs-node";
  /** The command that installs it at its fastest. */
  readonly install: string;
  readonly candidates: readonly Candidate[];
  /** Thread counts to try. */
  readonly threads: readonly number[];
  command(work: Workload, candidate: Candidate, threads: number): PeerCommand;
  /** What is installed, where that says more than the peer's own version. */
  readonly packageVersion?: string;
}

/** A peer that is not, and what would install it. */
export interface MissingPeer {
  readonly name: PeerName;
  readonly missing: string;
}

/** Finds a peer by its environment variable, or where install.mjs puts it. */
export function findPeer(name: PeerName): FoundPeer | MissingPeer {
  if (name === "tfjs-cpu") {
    const command = (work: Workload) => ourCommand(work, ["--backend", "cpu"], 1);
    return { name, install: "pnpm install", candidates: [{ options: [] }], threads: [1], command };
  }
  const peer = pythonPeers[name];
  const named = process.env[peer.variable];
  const python = (named ? [named] : peer.pythons.filter(existsSync)).find((path) =>
    canImport(path, peer.module),
  );
  if (!python) {
    const note = named ? ` (${peer.variable} is ${named}, which cannot import ${peer.module})` : "";
    return { name, missing: peer.install + note };
  }
  const command = (work: Workload, { options }: Candidate, threads: number): PeerCommand => ({
    file: python,
    arguments: [
      `${peersFolder}${work.peerScript}${peer.script}`,
      ...work.arguments,
      "--threads",
      String(threads),
      ...options,
    ],
    threads,
  });
  const packageVersion = name === "debian" ? readDebianVersion() : undefined;
  return {
    name,
    install: peer.install,
    candidates: peer.candidates,
    threads: [2, 1],
    command,
    ...(packageVersion && { packageVersion }),
  };
}

/** Debian's build calls itself 1.13.0a0; the list of installed packages tells which source it is. */
function readDebianVersion(): string | undefined {
  const list = "/var/lib/dpkg/status";
  if (!existsSync(list)) return undefined;
  const entry = readFileSync(list, "utf8")
    .split("\n\n")
    .find((text) => text.startsWith("Package: python3-torch\n"));
  return entry && /^Version: (.+)$/m.exec(entry)?.[1];
}

/** The command that runs our step as a process. Threads 0: as many as the backend takes by itself. */
export function ourCommand(work: Workload, options: readonly string[], threads: number): PeerCommand {
  const script = fileURLToPath(new URL(work.ourScript, import.meta.url));
  const all = [...work.arguments, "--threads", String(threads), ...options];
  return { file: process.execPath, arguments: ["--import", "tsx", script, ...all], threads: threads || 2 };
}

/** GFLOP/s of SGEMM-2048 in a script of its own; undefined where it cannot run. */
function measureProduct(file: string, args: readonly string[]): number | undefined {
  const done = spawnSync(file, args, { encoding: "utf8", env: createPeerEnvironment() });
  const line = done.stdout?.split("\n").find((text) => text.startsWith("{"));
  return done.status === 0 && line ? (JSON.parse(line) as { gigaflops: number }).gigaflops : undefined;
}

/** SGEMM-2048 by ONNX Runtime through the backend. */
export const measureOurProduct = (): number | undefined =>
  measureProduct(process.execPath, [
    "--import",
    "tsx",
    fileURLToPath(new URL("./our-product.ts", import.meta.url)),
  ]);

/** SGEMM-2048 by the numpy of the first peer that has one; pip's numpy brings its own OpenBLAS. */
export function measureNumpyProduct(): number | undefined {
  const pythons = [
    process.env.GAN_PEER_TORCH,
    process.env.GAN_PEER_JAX,
    ...inEnvironment("torch"),
    ...inEnvironment("jax"),
  ].filter((path) => path !== undefined);
  const python = pythons.find((path) => existsSync(path) && canImport(path, "numpy"));
  return python ? measureProduct(python, [`${peersFolder}sgemm_numpy.py`]) : undefined;
}
