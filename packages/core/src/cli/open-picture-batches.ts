import {
  type ImageBatch,
  type ImageSet,
  imageBatches,
  type LabelledImageBatch,
  type NamedSetOptions,
} from "../data/index.js";
import { bindImages, openImages } from "../node/index.js";
import type { Random } from "../random/index.js";
import type { DataReport, OpenedData } from "./definition.js";
import type { RunConfig } from "./run-config.js";

/** A model of square pictures. */
interface PictureModel {
  imageSize: number;
  channels: 1 | 3 | 4;
}

/** Opens a data set by its name: `openDataset` of `@gan/datasets`. */
type OpenNamed = (name: string, options: NamedSetOptions) => Promise<ImageSet>;

/**
 * Opens what the section `data` names as batches of single pictures, for a variant's `openData`:
 *
 * ```ts
 * openData: (config, random, report) => openPictureBatches(config, random, report, openDataset)
 * ```
 *
 * @param random Shuffles them.
 * @param labels Whether each picture comes with its class. Default: without.
 * @throws DataError when it cannot be read, or labels are wanted and absent.
 */
export function openPictureBatches(
  config: RunConfig<PictureModel>,
  random: Random,
  report: DataReport,
  openNamed: OpenNamed,
  labels: true,
): Promise<OpenedData<LabelledImageBatch>>;
export function openPictureBatches(
  config: RunConfig<PictureModel>,
  random: Random,
  report: DataReport,
  openNamed: OpenNamed,
  labels?: boolean,
): Promise<OpenedData<ImageBatch>>;
export async function openPictureBatches(
  { model, data, training }: RunConfig<PictureModel>,
  random: Random,
  report: DataReport,
  openNamed: OpenNamed,
  labels = false,
): Promise<OpenedData<ImageBatch>> {
  const { imageSize, channels } = model;
  const { crop, flip, strict } = data;
  const images = await openImages(data, { imageSize, channels, openNamed, onWarning: report.warn });
  const { batchSize } = training;
  return bindImages(
    imageBatches(images, { batchSize, imageSize, random, crop, flip, strict, labels }),
    images,
  );
}
