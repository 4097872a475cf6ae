// Stands for the progress listener of a call on its way to the worker: listeners stay with the page.
import type { Progress } from "./contract.ts";

/**
 * The last argument of a call that wants to hear of its progress. All calls share one port: a port for each would cost
 * a slider's step as much time as its drawing.
 */
export interface ProgressTicket {
  readonly progressOf: number;
}

/** What the worker posts to that port. */
export interface ProgressMessage extends ProgressTicket {
  readonly progress: Progress;
}

export function isProgressTicket(value: unknown): value is ProgressTicket {
  return typeof value === "object" && value !== null && "progressOf" in value;
}
