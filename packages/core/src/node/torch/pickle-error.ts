import { DataError } from "../../errors/index.js";

/** What a pickle asks for and will not get, or where it is damaged; a sentence without the file's name. */
export class PickleError extends Error {}

/** Turns a {@link PickleError} into the error that a user sees. */
export function describePickleError(error: unknown, source: string): unknown {
  if (!(error instanceof PickleError)) return error;
  return new DataError(
    "core",
    `${source} is refused: ${error.message}. Only use weights from where they were published; save others as a plain state dict, torch.save(model.state_dict(), …).`,
    { cause: error },
  );
}
