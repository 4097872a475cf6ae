// One readable line on why a source did not give a file.
import { isXaiError } from "../../core/errors.ts";

/** What went wrong, starting with the address. `undefined`: not the source's fault (cancelled, a defect of ours). */
export function describeFailure(url: string, error: unknown): string | undefined {
  if (isXaiError(error, "model/unreachable")) return `${url} unreachable (${error.details.reason})`;
  if (isXaiError(error, "model/http-status")) return `${url} answered with status ${error.details.status}`;
  return describeRefusal(url, error);
}

/** The same for a source that gave something, which was refused: worth telling even when another has the file. */
export function describeRefusal(url: string, error: unknown): string | undefined {
  if (isXaiError(error, "model/html-page")) return `${url} answered with a web page instead of the file`;
  if (isXaiError(error, "onnx/git-lfs-pointer")) return `${url} holds a git-LFS pointer instead of the file`;
  if (isXaiError(error, "model/truncated"))
    return `${url} ended after ${error.details.actualBytes} of ${error.details.expectedBytes} bytes`;
  if (isXaiError(error, "model/size-mismatch"))
    return `${url} has ${error.details.actualBytes} bytes or more instead of ${error.details.expectedBytes}`;
  if (isXaiError(error, "model/hash-mismatch"))
    return `${url} is not the expected file (SHA-256 ${error.details.actual} instead of ${error.details.expected})`;
  return undefined;
}
