import { formatTable } from "../../tools/readme-sections.js";
import { otherMachines } from "./roofline.js";
import type { BenchReport, BenchRow, Conditions, ScalingRow, ServiceRow } from "./rows.js";

/** A number in few digits; a dash where there is none. */
export function show(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  return Math.abs(value) >= 10 ** (digits - 1)
    ? Math.round(value).toLocaleString("en")
    : String(Number(value.toPrecision(digits)));
}

/** A table's head and body. */
export interface Table {
  title: string;
  /** Below it. */
  note?: string;
  header: readonly string[];
  rows: readonly (readonly string[])[];
}

const range = ([low, high]: readonly [number, number]) => `${show(low)} to ${show(high)}`;
const name = ({ variant, preset }: BenchRow) => `${variant}, ${preset}`;

/** What steps cost. */
function tableSpeed(rows: readonly BenchRow[]): Table {
  const isOne = new Set(rows.map(({ backend, device }) => `${backend} ${device}`)).size < 2;
  return {
    title: "Throughput",
    note: "Medians of turns, quartiles of single steps after warm-up; * the steps spread by more than 15 %, something else ran. The share is that of a product of two 2048 × 2048 matrices measured in the same turns. Predicted: the roofline model below.",
    header: [
      "variant",
      ...(isOne ? [] : ["backend"]),
      "batch",
      "images/s (quartiles)",
      "s/kimg",
      "ms a step, predicted",
      "bound by",
      "GFLOP, share",
      "compile, s",
      "peak MB",
      "parameters",
    ],
    rows: rows
      .filter(({ imagesPerSecond }) => imagesPerSecond !== undefined)
      .map((row) => [
        name(row),
        ...(isOne ? [] : [`${row.backend} ${row.device}`]),
        show(row.batch),
        `${show(row.imagesPerSecond)} (${range(row.imagesPerSecondQuartiles as readonly [number, number])})${row.isDisturbed ? " *" : ""}`,
        show(row.secPerKimg),
        `${show((row.secPerKimg as number) * (row.batch as number))}, ${show(row.predictedMs)}`,
        row.bound ?? "–",
        row.gflopPerStep === null
          ? "–"
          : `${show(row.gflopPerStep)}, ${show(100 * (row.peakShare as number), 2)} %`,
        show(row.compileSeconds),
        show(row.peakMemoryMB),
        row.parameters?.toLocaleString("en") ?? "–",
      ]),
  };
}

/** What was learned. */
function tableTraining(rows: readonly BenchRow[], isSmoke: boolean): Table {
  const percent = (value: number | null | undefined) => show(value, 3);
  return {
    title: isSmoke ? "Training, smoke: seconds of it, which say that it learns and no more" : "Training",
    note: "Distances of different networks, or of different n, are not comparable. The first number is the untrained network's.",
    header: [
      "variant",
      "images",
      "minutes",
      ...(isSmoke ? [] : ["FID"]),
      "KID",
      "n, of features",
      ...(isSmoke ? [] : ["precision, recall"]),
      "seed",
    ],
    rows: rows
      .filter(({ images }) => images !== undefined)
      .map((row) => {
        const [first] = row.curve ?? [];
        const change = (from: number | null | undefined, to: number | null | undefined) =>
          `${show(from)} → ${show(to)}`;
        return [
          name(row),
          (row.images as number).toLocaleString("en"),
          show(row.minutes),
          ...(isSmoke ? [] : [change(first?.fid, row.fid)]),
          change(first?.kid, row.kid),
          `${row.n?.toLocaleString("en")}, ${row.extractor}`,
          ...(isSmoke ? [] : [`${percent(row.precision)}, ${percent(row.recall)}`]),
          String(row.seed),
        ];
      }),
  };
}

/** Beside another framework. */
function tablePeers(rows: readonly BenchRow[]): Table {
  return {
    title: "Beside other frameworks",
    note: "In turn, A B A B; a ratio above 1 says that ours is faster. Trained on as many of the same pictures, features by ours for both.",
    header: [
      "variant",
      "peer",
      "images/s, ours / theirs",
      "ratio (quartiles)",
      "peak MB, ours / theirs",
      "FID, ours / theirs",
      "KID, ours / theirs",
    ],
    rows: rows.flatMap((row) => {
      const { peer } = row;
      if (peer === undefined) return [];
      const { training } = peer;
      return [
        [
          name(row),
          `${peer.peer} ${peer.version}, ${peer.threads} threads, ${peer.setting}`,
          `${show(row.imagesPerSecond)} / ${show(peer.imagesPerSecond)}`,
          `${show(peer.ratio)} (${range(peer.ratioQuartiles)})${row.isDisturbed ? " *" : ""}`,
          `${show(row.peakMemoryMB)} / ${show(peer.peakMemoryMB)}`,
          training === undefined ? "–" : `${show(row.fid)} / ${show(training.fid)}`,
          training === undefined ? "–" : `${show(row.kid)} / ${show(training.kid)}`,
        ],
      ];
    }),
  };
}

/** Everything else. */
const tableServices = (services: readonly ServiceRow[]): Table => ({
  title: "Around training",
  header: ["what", "measured", "how"],
  rows: services.map((row) => [row.name, `${show(row.value)} ${row.unit}`, row.about]),
});

/** Steps of other sizes. */
const tableScaling = (rows: readonly ScalingRow[]): Table => ({
  title: "Scaling",
  header: ["variant", "side", "batch", "ms a step", "predicted", "images/s", "peak MB"],
  rows: rows.map((row) => [
    row.variant,
    String(row.side),
    String(row.batch),
    show(row.stepMs),
    show(row.predictedMs),
    show(row.imagesPerSecond),
    show(row.peakMemoryMB),
  ]),
});

/** What other machines should do; a step's share of the prediction here is taken to hold there. */
function tablePredictions(rows: readonly BenchRow[]): Table {
  const known = rows.filter(({ predictions }) => predictions !== undefined);
  return {
    title: "Predictions for other machines: nobody measured these",
    note: "Images per second by the roofline model from the makers' figures: products at the speed of arithmetic or memory, whichever is slower, the rest at that of memory, and what each node costs; then times what each step reaches here of its own prediction.",
    header: ["variant", "here, measured", ...otherMachines.map((machine) => machine.name)],
    rows: known.map((row) => [
      name(row),
      show(row.imagesPerSecond),
      ...(row.predictions as readonly number[]).map((value) => show(value, 2)),
    ]),
  };
}

/** A report's tables, those that have rows. */
export function createTables({ rows, services, scaling, isSmoke }: BenchReport): Table[] {
  const tables = [
    tableSpeed(rows),
    tableTraining(rows, isSmoke),
    tablePeers(rows),
    tableServices(services),
    tableScaling(scaling),
    tablePredictions(rows),
  ];
  return tables.filter((table) => table.rows.length > 0);
}

/** Where and when, in a sentence. */
export function describeConditions({
  conditions,
  minutes,
}: Pick<BenchReport, "conditions" | "minutes">): string {
  const {
    processor,
    cores,
    threads,
    memoryGB,
    platform,
    node,
    onnxruntime,
    tfjs,
    commit,
    isChanged,
    startedAt,
    peaks,
  } = conditions satisfies Conditions;
  return [
    `${processor}, ${cores} cores, ${threads} threads, ${memoryGB} GB, ${platform}`,
    `Node.js ${node}, ONNX Runtime ${onnxruntime}, TensorFlow.js ${tfjs}`,
    `commit ${commit.slice(0, 12)}${isChanged ? " with changes" : ""}, ${startedAt.slice(0, 16).replace("T", " ")} UTC, ${show(minutes)} minutes`,
    `${show(peaks.gflops)} GFLOP/s of a matrix product, ${show(peaks.gigabytesPerSecond)} GB/s of additions, ${show(peaks.nodeMicros)} µs a node`,
  ].join("; ");
}

/** A report as Markdown. */
export function formatReport(report: BenchReport): string {
  const problems = report.rows.filter(({ problem }) => problem !== undefined);
  return [
    `# Benchmarks${report.isSmoke ? ", smoke" : ""}`,
    describeConditions(report),
    ...createTables(report).flatMap(({ title, note, header, rows }) => [
      `## ${title}`,
      formatTable(header, rows),
      ...(note === undefined ? [] : [note]),
    ]),
    ...problems.map(({ variant, problem }) => `${variant} is incomplete: ${problem}`),
  ].join("\n\n");
}
