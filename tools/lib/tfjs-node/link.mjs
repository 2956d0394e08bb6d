import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { InstallError } from "../run-program.mjs";

/** Where a project finds the package. @param {string} packageName @param {string} into */
const placeOf = (packageName, into) => join(resolve(into), "node_modules", packageName);

/**
 * Links a built package into a project's node_modules, in place of an earlier link of ours.
 * @param {import("./parts.mjs").Parts} parts
 * @param {string} into folder of the project
 * @returns {string} the link
 * @throws {InstallError} where something else is installed under that name
 */
export function link({ packageName, built }, into) {
  const place = placeOf(packageName, into);
  if (!existsSync(join(resolve(into), "package.json"))) {
    throw new InstallError(`${resolve(into)} holds no package.json: name a project's folder by --into.`);
  }
  if (exists(place) && !isOurs(place)) {
    throw new InstallError(
      `${place} was installed by something else. Remedy: remove it first (npm uninstall ${packageName}).`,
    );
  }
  mkdirSync(dirname(place), { recursive: true });
  if (exists(place)) unlinkSync(place);
  symlinkSync(built, place);
  return place;
}

/**
 * Undoes {@link link}.
 * @param {import("./parts.mjs").Parts} parts
 * @param {string} into
 * @returns {string | undefined} the link that was there
 */
export function unlink({ packageName }, into) {
  const place = placeOf(packageName, into);
  if (!exists(place)) return undefined;
  if (!isOurs(place)) throw new InstallError(`${place} was installed by something else and stays.`);
  unlinkSync(place);
  const scope = dirname(place);
  if (readdirSync(scope).length === 0) rmdirSync(scope);
  return place;
}

/** The built package that a project's node_modules leads to. @param {string} packageName @param {string} into */
export function findLinked(packageName, into) {
  const place = placeOf(packageName, into);
  return existsSync(join(place, "lib")) ? place : undefined;
}

/** Also a link that leads nowhere, as after its cache was deleted. @param {string} place */
const exists = (place) => lstatSync(place, { throwIfNoEntry: false }) !== undefined;

/** Whether a link leads into a cache of ours, wherever that is. @param {string} place */
const isOurs = (place) =>
  lstatSync(place).isSymbolicLink() &&
  /-tensorflow-[^/]+\/node_modules\/@tensorflow\/tfjs-node/.test(readlinkSync(place));
