import type { EventLine, MetricLine, StepLine } from "./run-log.js";

/** One line of a chart; null where it was not measured. */
export interface Curve {
  label: string;
  values: (number | null)[];
}

/** A chart over the images seen. */
export interface Chart {
  title: string;
  /** What the vertical axis measures, with its unit. */
  axis: string;
  isLogarithmic?: boolean;
  /** Images seen at each place. */
  images: number[];
  curves: Curve[];
}

/** A run's curves, those that were measured at least once. */
export function createCharts(events: readonly EventLine[], metrics: readonly MetricLine[]): Chart[] {
  const steps = events.filter((line): line is StepLine => line.type === "step");
  const images = steps.map(({ imagesSeen }) => imagesSeen);
  const of = (pick: (line: StepLine) => Readonly<Record<string, number>>) => collectCurves(steps, pick);
  const reports = of(({ reports }) => reports);
  const shares = reports.filter(({ label }) => label in shareLabels);
  const others = reports.filter(({ label }) => !(label in shareLabels));
  const measured = metrics.map(({ imagesSeen }) => imagesSeen);
  const curves = collectCurves(metrics, (line) => line.metrics);
  const isDiversity = ({ label }: Curve) => label.endsWith("Diversity");
  const network = describeExtractors(metrics);
  const charts: Chart[] = [
    { title: "Losses", axis: "loss", images, curves: of(({ losses }) => losses) },
    {
      title: "Discriminator",
      axis: "probability or share",
      images,
      curves: shares.map(({ label, values }) => ({ label: shareLabels[label] as string, values })),
    },
    {
      title: "Gradient norms",
      axis: "Euclidean norm",
      isLogarithmic: true,
      images,
      curves: of(({ gradientNorms }) => gradientNorms),
    },
    {
      title: "Diversity of samples and real pictures",
      axis: "mean distance of pairs",
      images: measured,
      curves: curves.filter(isDiversity),
    },
    ...curves
      .filter((curve) => !isDiversity(curve))
      .map((curve) => ({
        title: `${curve.label}${network}`,
        axis: curve.label,
        images: measured,
        curves: [curve],
      })),
    ...others.map((curve) => ({ title: curve.label, axis: curve.label, images, curves: [curve] })),
    { title: "Learning rates", axis: "learning rate", images, curves: of((line) => line.learningRates) },
    {
      title: "Throughput",
      axis: "images/s",
      images,
      curves: of(({ imagesPerSecond }) => ({ training: imagesPerSecond })),
    },
  ];
  return charts.filter((chart) => chart.curves.length > 0);
}

/** Whose features the metrics are of: figures of different networks are not comparable. */
function describeExtractors(metrics: readonly MetricLine[]): string {
  const names = metrics.flatMap(({ conditions }) => {
    const { extractor } = conditions ?? {};
    return extractor === undefined ? [] : [`${extractor.name}, resize ${extractor.resize}`];
  });
  return names.length === 0 ? "" : ` (${[...new Set(names)].join("; ")})`;
}

const shareLabels: Readonly<Record<string, string>> = {
  realProbability: "D(x)",
  fakeProbability: "D(G(z))",
  accuracy: "accuracy",
};

function collectCurves<Line>(
  lines: readonly Line[],
  pick: (line: Line) => Readonly<Record<string, number>>,
): Curve[] {
  const names = new Set(lines.flatMap((line) => Object.keys(pick(line))));
  return [...names].map((label) => ({ label, values: lines.map((line) => pick(line)[label] ?? null) }));
}
