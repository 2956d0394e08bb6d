import { Command } from "commander";
import { createCli } from "./create-cli.js";
import { dataCommand } from "./data-command.js";
import { doctorCommand } from "./doctor-command.js";
import { loadDatasetRegistry } from "./load-datasets.js";
import { metricsCommand } from "./metrics-command.js";
import { readOwnPackage } from "./own-package.js";

/** The program `gan`. */
export const runGan = createCli((finish) => {
  const { version } = readOwnPackage(import.meta.url);
  const program = new Command("gan").description("what all GANs of this library share").version(version);
  program.addCommand(dataCommand(() => loadDatasetRegistry()));
  program.addCommand(metricsCommand(() => loadDatasetRegistry()));
  program.addCommand(doctorCommand(finish));
  return program;
});
