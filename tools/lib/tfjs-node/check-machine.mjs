import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { InstallError, works } from "../run-program.mjs";

/**
 * Everything that lacks for building, each with what to do.
 * @param {{ gpu: boolean }} options
 * @returns {Promise<string[]>}
 */
export async function findLacks({ gpu }) {
  const lacks = [];
  const { platform, arch } = process;
  if (platform !== "linux" || (arch !== "x64" && (arch !== "arm64" || gpu))) {
    lacks.push(
      `Linux on x86-64${gpu ? "" : " or arm64"} (this is ${platform} ${arch}): TensorFlow's wheels for others are not tried; take ${gpu ? "the backend ort" : "npm's own tfjs-node, or the backend ort"}`,
    );
  } else if (!hasGlibc()) {
    lacks.push(
      "glibc (this Linux has another C library): TensorFlow's wheels need it; take a Debian or Fedora",
    );
  }
  for (const [args, lack] of /** @type {const} */ ([
    [["python3", "--version"], "python3 (Debian: sudo apt-get install python3 python3-pip)"],
    [["python3", "-m", "pip", "--version"], "pip for python3 (Debian: sudo apt-get install python3-pip)"],
    [["make", "--version"], "make (Debian: sudo apt-get install make)"],
    [[process.env["CXX"] || "g++", "--version"], "a C++ compiler (Debian: sudo apt-get install g++)"],
  ])) {
    const [command, ...rest] = args;
    if (!(await works(command, rest))) lacks.push(lack);
  }
  return lacks;
}

/** @param {{ gpu: boolean }} options @throws {InstallError} which names everything that lacks */
export async function requireMachine(options) {
  const lacks = await findLacks(options);
  if (lacks.length > 0) {
    throw new InstallError(
      `To build tfjs-node this machine lacks:\n${lacks.map((lack) => `  - ${lack}`).join("\n")}`,
    );
  }
}

/** The folder that holds `include/node`, beside this Node.js; undefined where it came without headers. */
export function findHeaders() {
  const folder = dirname(dirname(process.execPath));
  return existsSync(join(folder, "include", "node", "node_api.h")) ? folder : undefined;
}

/** Whether a card's driver is there. */
export const showsNvidia = () => existsSync("/dev/nvidia0") || existsSync("/dev/dxg");

function hasGlibc() {
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (
    /** @type {unknown} */ (process.report.getReport())
  );
  return header.glibcVersionRuntime !== undefined;
}
