// Sees from outside what the page asks of its workers, so that a story can tell whether a model was run.
import type { Page } from "@playwright/test";

declare global {
  var recordedCalls: string[] | undefined;
}

/** Notes the name of every function that the page calls in a worker, from the next load on. */
export async function recordWorkerCalls(page: Page): Promise<void> {
  await page.addInitScript(() => {
    globalThis.recordedCalls = [];
    const send = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...[message, ...rest]: [unknown, ...never[]]) {
      const path = (message as { path?: unknown } | null)?.path;
      if (Array.isArray(path)) globalThis.recordedCalls?.push(path.join("."));
      return send.call(this, message, ...rest);
    };
  });
}

/** What was called since the last `forgetWorkerCalls`, in order: `explain.classify`, `segment.segment`, ... */
export function workerCalls(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => globalThis.recordedCalls ?? []);
}

/** Starts the list anew. */
export function forgetWorkerCalls(page: Page): Promise<void> {
  return page.evaluate(() => {
    globalThis.recordedCalls = [];
  });
}
