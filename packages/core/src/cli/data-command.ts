import { Command, Option } from "commander";
import { type InspectFlags, runDataInspect } from "./data-inspect.js";
import { runDataList } from "./data-list.js";
import { type PrepareFlags, runDataPrepare } from "./data-prepare.js";
import type { DatasetRegistry } from "./dataset-registry.js";

/** A registry, or how to load it once a name is asked for. */
export type RegistrySource = DatasetRegistry | (() => Promise<DatasetRegistry>);

const imageSize = () =>
  new Option("--image-size <pixels>", "side of the square pictures").default(64).argParser(Number);
const background = () => new Option("--background <colour>", "under transparent pictures, as CSS writes it");
const labels = () =>
  new Option(
    "--labels <folders-or-file>",
    "classes of a folder's pictures: 'folders', or a CSV or JSON file",
  );

/** The command `data` with `list`, `prepare` and `inspect`, for a variant's program or `gan`. */
export function dataCommand(registry: RegistrySource): Command {
  const load = async () => (typeof registry === "function" ? registry() : registry);
  const command = new Command("data").description("list, pack and look at pictures to train on");
  command
    .command("list")
    .description("the named data sets, their licences, and how to get them")
    .option("--json", "for machines")
    .action(async (flags: { json?: boolean }) => runDataList(await load(), flags));
  command
    .command("prepare <name-or-folder>")
    .description("pack pictures of one size into one file; pairs and domains into a folder of two")
    .addOption(new Option("--out <path>", "file or folder to write").makeOptionMandatory())
    .addOption(imageSize())
    .addOption(
      new Option("--channels <number>", "1: grey, 3: colour; default: as they are").choices(["1", "3"]),
    )
    .addOption(
      new Option("--fit <how>", "how pictures of another shape are brought to size")
        .choices(["cover", "contain", "stretch", "pad"])
        .default("cover"),
    )
    .addOption(background())
    .addOption(labels())
    .option("--strict", "refuse damaged pictures instead of leaving them out")
    .option("--json", "for machines")
    .action((source: string, flags: PrepareFlags) => runDataPrepare(source, load, flags));
  command
    .command("inspect <name-folder-or-pack>")
    .description("count pictures, sizes, channels and labels; name what cannot be read")
    .addOption(new Option("--out <sheet.png>", "write a contact sheet"))
    .addOption(imageSize())
    .addOption(background())
    .addOption(labels())
    .addOption(new Option("--limit <pictures>", "look at so many only").argParser(Number))
    .option("--json", "for machines")
    .action((source: string, flags: InspectFlags) => runDataInspect(source, load, flags));
  return command;
}
