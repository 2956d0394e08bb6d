import { parseArgs } from "node:util";
import type { BackendName } from "../node/backend-names.js";
import type { DoctorReport } from "./doctor-report.js";
import { exitCodes } from "./exit-codes.js";

/** Flags of `doctor`. */
export interface DoctorFlags {
  /** Print JSON. Default: sentences. */
  json?: boolean | undefined;
  /** Ask about this backend alone. Default: all. */
  backend?: BackendName | undefined;
}

/**
 * Examines this machine and installation and prints what was found.
 *
 * @param folder Folder of the variant's package, from which its data sets are looked for too.
 * @returns The exit code: failure when training cannot start.
 */
export async function runDoctor(flags: DoctorFlags, folder?: string): Promise<number> {
  const { examine } = await import("./doctor-report.js");
  const report = await examine(flags.backend ?? "auto", folder);
  console.log(flags.json ? JSON.stringify(report, null, 2) : describeReport(report));
  return report.works ? exitCodes.success : exitCodes.failure;
}

/**
 * Runs `doctor` for a bin, from arguments without the program's and the command's name. Loads nothing besides
 * Node.js before it looks: a bin calls it in place of a command line whose packages may not load.
 *
 * @returns The exit code; never throws.
 */
export async function runDoctorAlone(args: readonly string[], folder?: string): Promise<number> {
  try {
    const options = {
      json: { type: "boolean" },
      backend: { type: "string" },
      help: { type: "boolean", short: "h" },
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) {
      console.log("Usage: doctor [--json] [--backend <name>]\n\nTells what computes here, and why.");
      return exitCodes.success;
    }
    return await runDoctor({ json: values.json, backend: values.backend as BackendName | undefined }, folder);
  } catch (error) {
    console.error((error as Error).message);
    return exitCodes.usage;
  }
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

function describeReport(report: DoctorReport): string {
  const { backend, machine, versions, passedOver, problems, faster } = report;
  const installed = Object.entries(versions).filter(([, version]) => version !== null);
  const threads =
    backend?.threads === undefined ? "" : `, ${backend.threads} thread${backend.threads === 1 ? "" : "s"}`;
  const library = backend?.library === undefined ? "" : `, ${backend.library}`;
  return [
    backend === undefined
      ? "backend   none starts"
      : `backend   ${backend.backend} on ${backend.device} (${backend.hardware})${library}${threads}, ${backend.gigaflops.toFixed(1)} GFLOP/s in matrix products`,
    `machine   ${machine.platform}, Node.js ${machine.node}, ${machine.cores} cores of ${machine.processor}, load ${machine.load.toFixed(1)}`,
    `memory    ${gigabytes(machine.memoryBytes)}, of which ${gigabytes(machine.freeBytes)} are free`,
    `versions  ${installed.map(([name, version]) => `${name} ${version}`).join(", ")}`,
    ...section(
      "Passed over",
      passedOver.map(({ name, reason, remedy }) => sentences(name, reason, remedy)),
    ),
    ...section(
      "Problems",
      problems.map(({ what, reason, remedy }) => sentences(what, reason, remedy)),
    ),
    ...section("Faster", faster),
  ].join("\n");
}

const sentences = (what: string, reason: string, remedy: string) =>
  `${what}: ${reason.replace(/\.$/, "")}. Remedy: ${remedy}.`;

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
