import { homedir } from "node:os";
import { join } from "node:path";

/** Where caches are kept unless told otherwise: `$GAN_CACHE_FOLDER`, else `gan` in the user's cache folder. */
export function findCacheFolder(): string {
  const { GAN_CACHE_FOLDER, XDG_CACHE_HOME } = process.env;
  return GAN_CACHE_FOLDER ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gan");
}
