import type { VariantCommand } from "@gan/core/cli";
import type { StyleganLiteConfig } from "../config.js";
import type { StyleganLite } from "../stylegan-lite.js";

/** A command of this package. */
export type StyleCommand<Flags> = VariantCommand<StyleganLite, StyleganLiteConfig, Flags>;
