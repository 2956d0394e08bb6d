import { z } from "zod";
import { ConfigError } from "../errors/index.js";

/**
 * Fills in a schema's defaults and checks every rule.
 *
 * @param scope Who asks, for the error: `dcgan`.
 * @throws ConfigError listing every problem at once, unknown keys among them where the schema is strict.
 */
export function parseOptions<Schema extends z.ZodType>(
  scope: string,
  schema: Schema,
  options: z.input<Schema>,
): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (!parsed.success) throw new ConfigError(scope, z.prettifyError(parsed.error));
  return parsed.data;
}
