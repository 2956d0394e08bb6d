/** Counts the parameters of a variant's first step's networks: `tsx suite/count-parameters.ts VARIANT`. */
import "@gan/backend-ort";
import type { TensorRecord, Variant } from "@gan/core";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { createCases, type ThroughputCase } from "../throughput/cases.js";
import { findVariant, loadBench } from "../variants/find-variants.js";

const name = process.argv[2] as string;
await setBackend("ort");
await ready();
const bench = await loadBench(findVariant(name));
const [one] = createCases(name, bench) as [ThroughputCase];
const { networks } = bench.cli.create(one.model, 1) as Variant<string, TensorRecord>;
const parameters = Object.values(networks).reduce((sum, network) => sum + network.parameterCount(), 0);
console.log(JSON.stringify({ parameters }));
process.exit(0);
