/** Which part of a data set: what to train on, what is held out, or both. */
export type DatasetSplit = "train" | "test" | "all";

/** What a data set may be asked for. Each set uses the options that its description names. */
export interface DatasetOptions {
  /** Side in pixels at which sets of vector drawings are drawn; others keep their own size. Default 64. */
  imageSize?: number;
  /** Default `train`. */
  split?: DatasetSplit;
  /** Colour under transparent pictures, as CSS writes it. Default white. */
  background?: string;
  /** Folder of the files, for sets that are read from standard files; needed for them alone. */
  folder?: string;
  /** Emoji of people in every skin tone instead of the neutral one only. Default true. */
  skinTones?: boolean;
  /** Avatars to draw. Default 10,000, and 1,000 to test. */
  count?: number;
  /** The avatars' option whose values are the labels, for example `hair`. Default: there are no labels. */
  label?: string;
  /** `node_modules` folders to look for packages in, instead of those that `import` would search. */
  packageFolders?: readonly string[];
}
