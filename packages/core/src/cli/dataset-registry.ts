import type { ImageSet } from "../data/index.js";

/** What a data set consists of: pictures, aligned pairs, or two domains that nothing pairs. */
export type DatasetKind = "images" | "pairs" | "domains";

/** What is known of a data set without opening it. */
export interface DatasetDescription {
  /** As `--data` and configurations take it. */
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** What its items are. */
  readonly kind: DatasetKind;
  /** Pictures to train on, pairs, or pictures in each domain. Absent when the files decide. */
  readonly pictures?: number;
  /** The same of the part that is held out, where there is one. */
  readonly testPictures?: number;
  /** `28×28`, or `any` for drawings. */
  readonly size: string;
  /** Channels of its pictures, or `any` where they are drawn as asked. */
  readonly channels: number | "any";
  /** What the labels are, `10 digits`, or `none`. */
  readonly labels: string;
  /** Where the pictures come from. */
  readonly source: string;
  /** Licence of the pictures. */
  readonly licence: string;
  /** What a user does to get the set. */
  readonly install: string;
}

/** What any data set may be asked for. */
export interface DatasetRequest {
  /** Side in pixels at which drawings are drawn. Default: the set's own. */
  imageSize?: number;
  /** Colour under transparent pictures, as CSS writes it. Default: the set's own. */
  background?: string;
  /** Default `train`. */
  split?: "train" | "test" | "all";
  /** Folder of the files, for sets that are read from one; needed for them alone. */
  folder?: string;
}

/** A data set that was opened. */
export type OpenedDataset =
  | { readonly kind: "images"; readonly images: ImageSet }
  | { readonly kind: "pairs"; readonly input: ImageSet; readonly target: ImageSet }
  | {
      readonly kind: "domains";
      readonly a: ImageSet;
      readonly b: ImageSet;
      /** For each picture of `a`, the index in `b` of its partner: to score with, never to train on. */
      readonly partners?: ArrayLike<number>;
    };

/** Named data sets. */
export interface DatasetRegistry {
  /** Every set, in the order in which they are listed. */
  readonly descriptions: readonly DatasetDescription[];
  /** Whether a set can be opened on this machine. */
  isInstalled(name: string): boolean;
  /**
   * Opens a set; `<name>-test` is its held-out part.
   *
   * @throws DataError when the name is unknown, what it needs is absent, or the set cannot be read.
   */
  open(name: string, request?: DatasetRequest): Promise<OpenedDataset>;
}
