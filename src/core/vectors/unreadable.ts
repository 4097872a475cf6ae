// The one error of files that should have been vectors.
import { XaiError } from "../errors.ts";

/** What keeps a file from being a vector; `reason` is the end of a sentence. */
export function unreadable(reason: string, cause?: unknown): XaiError<"vector/unreadable"> {
  return new XaiError("vector/unreadable", { reason }, { cause });
}
