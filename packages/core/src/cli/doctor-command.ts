import { Command } from "commander";
import { backendOption } from "./backend-option.js";
import { type DoctorFlags, runDoctor } from "./doctor.js";

/** The command `doctor`, for a variant's program or `gan`; `finish` gets its exit code. */
export function doctorCommand(finish: (exitCode: number) => void, folder?: string): Command {
  return new Command("doctor")
    .description("tell what computes here, what was passed over and why, and what would be faster")
    .option("--json", "for machines")
    .addOption(backendOption())
    .action(async (flags: DoctorFlags) => finish(await runDoctor(flags, folder)));
}
