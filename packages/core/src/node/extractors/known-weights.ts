import { join } from "node:path";
import { findCacheFolder } from "../cache-folder.js";

/** A file of weights that others published, fetched once. */
export interface KnownWeights {
  file: string;
  url: string;
  /** How the file's SHA-256 begins, as its publisher says. */
  hashPrefix: string;
  /** About how large it is, in millions of bytes. */
  megabytes: number;
}

/** By the name of the network. */
export const knownWeights: Readonly<Record<string, KnownWeights>> = {
  inception: {
    file: "pt_inception-2015-12-05-6726825d.pth",
    url: "https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/pt_inception-2015-12-05-6726825d.pth",
    hashPrefix: "6726825d",
    megabytes: 96,
  },
  alex: {
    file: "alexnet-owt-7be5be79.pth",
    url: "https://download.pytorch.org/models/alexnet-owt-7be5be79.pth",
    hashPrefix: "7be5be79",
    megabytes: 244,
  },
  vgg16: {
    file: "vgg16-397923af.pth",
    url: "https://download.pytorch.org/models/vgg16-397923af.pth",
    hashPrefix: "397923af",
    megabytes: 553,
  },
};

/** Where a known file is kept, whether it is there or not. */
export const locateWeights = ({ file }: KnownWeights, folder = findCacheFolder()): string =>
  join(folder, "weights", file);
