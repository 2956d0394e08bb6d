import { Command } from "commander";
import { z } from "zod";
import type { DataConfig, TensorRecord } from "../data/index.js";
import type { Variant } from "../train/index.js";
import { classOptions } from "./class-options.js";
import { runConfigs } from "./configs-command.js";
import { type Cli, createCli } from "./create-cli.js";
import { dataCommand } from "./data-command.js";
import type { CliDefinition } from "./definition.js";
import {
  type DiscriminateFlags,
  discriminateOptions,
  judgedClassOption,
  runDiscriminate,
} from "./discriminate-command.js";
import { doctorCommand } from "./doctor-command.js";
import { type EvaluateFlags, evaluateOptions, runEvaluate } from "./evaluate-command.js";
import { type ExportFlags, exportOptions, runExport } from "./export-command.js";
import { type GenerateFlags, generateOptions, runGenerate } from "./generate-command.js";
import { latentOption } from "./generate-latents.js";
import { levelOptions } from "./level-options.js";
import { loadModel, type ModelFlags } from "./load-model.js";
import {
  createPathMeter,
  createRunOpener,
  type MeasureRunFlags,
  measureRunOptions,
  runMeasureRun,
} from "./measure-run-command.js";
import { metricsCommand } from "./metrics-command.js";
import { type BasicData, createRunConfigParser, createRunConfigSchema } from "./run-config.js";
import { runTrain, type TrainFlags, trainOptions } from "./train-command.js";
import { runTranslate, type TranslateFlags, translateOptions } from "./translate-command.js";
import { createVariantCommand } from "./variant-command.js";

/** A variant's program. */
export interface VariantCli extends Cli {
  /** The JSON Schema of its run configurations, before defaults are filled in. */
  describeConfig(): object;
}

/**
 * Makes a variant's command line: `gan-<name> train|generate|discriminate|export|evaluate|metrics|configs|data|doctor`,
 * with `translate` instead of `generate` where the variant translates, and commands of the variant's own.
 *
 * @returns A function that runs one command line, without the program's name, and gives its exit code;
 *   it prints errors itself and never throws, and can be asked what it takes.
 */
export function defineCli<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
  Data extends BasicData = DataConfig,
>(given: CliDefinition<Network, Batch, Model, V, Data>): VariantCli {
  // Commands hand the section `data` on without looking into it.
  const definition = given as unknown as CliDefinition<Network, Batch, Model, V>;
  const cli = createCli((finish) => {
    const program = new Command(`gan-${definition.name}`)
      .description(definition.description)
      .version(definition.version);
    const training = program.command("train").description("train a model and save it");
    for (const option of trainOptions) training.addOption(option);
    training.action(async (flags: TrainFlags) => {
      finish(await runTrain(definition, flags));
    });
    const ofClasses = definition.classNames !== undefined;
    if (definition.createTranslator === undefined) {
      const generating = program.command("generate").description("make new pictures with a trained model");
      const more = [
        ...(ofClasses ? classOptions : []),
        ...(definition.grown === undefined ? [] : levelOptions),
        ...(definition.sampleLatents === undefined ? [] : [latentOption()]),
      ];
      for (const option of [...generateOptions, ...more]) generating.addOption(option);
      generating.action(async (flags: GenerateFlags) => {
        finish(await runGenerate(definition, flags));
      });
    } else {
      const translating = program
        .command("translate <pictures...>")
        .description("translate a picture, several, a folder, or standard input (-)");
      for (const option of translateOptions) translating.addOption(option);
      translating.action(async (pictures: string[], flags: TranslateFlags) => {
        finish(await runTranslate(definition, pictures, flags));
      });
    }
    if (definition.evaluate !== undefined) {
      const evaluating = program.command("evaluate").description("measure a model on what was held out");
      for (const option of evaluateOptions) evaluating.addOption(option);
      evaluating.action(async (flags: EvaluateFlags) => {
        finish(await runEvaluate(definition, flags));
      });
    } else {
      const measuring = program
        .command("evaluate")
        .description("measure the pictures that a trained model makes against real ones");
      for (const option of measureRunOptions) measuring.addOption(option);
      measuring.action(async (flags: MeasureRunFlags) => {
        finish(await runMeasureRun(definition, flags));
      });
    }
    if (definition.createJudge !== undefined) {
      const judging = program
        .command("discriminate <pictures...>")
        .description("the probability that each picture is real, as the discriminator sees it");
      for (const option of discriminateOptions) judging.addOption(option);
      if (ofClasses) judging.addOption(judgedClassOption);
      judging.action(async (pictures: string[], flags: DiscriminateFlags) => {
        finish(await runDiscriminate(definition, pictures, flags));
      });
    }
    const exporting = program
      .command("export")
      .description("write a network as ONNX, or its weights, for other tools");
    for (const option of exportOptions) exporting.addOption(option);
    exporting.action(async (flags: ExportFlags) => {
      finish(await runExport(definition, flags));
    });
    for (const own of definition.commands ?? []) {
      const load = (flags: ModelFlags) => loadModel(definition, flags);
      program.addCommand(createVariantCommand(own, load));
    }
    const runs = { open: createRunOpener(definition), measurePaths: createPathMeter(definition) };
    program.addCommand(metricsCommand(definition.datasets, runs));
    program
      .command("configs [preset]")
      .description("list the presets, or print one")
      .action(async (preset: string | undefined) => {
        const parse = createRunConfigParser(definition);
        finish(await runConfigs(definition, parse, preset));
      });
    program.addCommand(dataCommand(definition.datasets));
    program.addCommand(doctorCommand(finish, definition.presetFolder));
    return program;
  });
  return Object.assign(cli, {
    describeConfig: () => z.toJSONSchema(createRunConfigSchema(definition), { io: "input" }),
  });
}
