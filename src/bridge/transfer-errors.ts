// Lets an XaiError keep its class, code and details on its way across postMessage; plain comlink drops all three.
import { type TransferHandler, transferHandlers } from "comlink";
import { type ErrorCode, type ErrorDetails, toXaiError, XaiError } from "../core/errors.ts";

interface Thrown {
  readonly value: unknown;
}

interface ErrorOnTheWire {
  readonly code: ErrorCode;
  readonly details: ErrorDetails[ErrorCode];
  readonly stack: string | undefined;
}

const installedHandlers = new WeakSet<object>();

/**
 * Replaces comlink's handler for thrown values, on both sides of a worker. Whatever was thrown arrives as an
 * `XaiError`; what was not raised on purpose arrives as `internal/unexpected`. Calling it again changes nothing.
 */
export function installErrorTransfer(): void {
  const original = transferHandlers.get("throw");
  if (original === undefined || installedHandlers.has(original)) return;
  const handler: TransferHandler<Thrown, ErrorOnTheWire> = {
    // Only comlink's own handler knows the private mark on thrown values.
    canHandle: (value): value is Thrown => original.canHandle(value),
    serialize: ({ value }) => {
      const { code, details, stack } = toXaiError(value);
      return [{ code, details, stack }, []];
    },
    deserialize: ({ code, details, stack }) => {
      const error = new XaiError(code, details);
      if (stack !== undefined) error.stack = stack;
      throw error;
    },
  };
  installedHandlers.add(handler);
  transferHandlers.set("throw", handler as TransferHandler<unknown, unknown>);
}
