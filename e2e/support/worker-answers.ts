// Reads the numbers that workers answer with, which a canvas would round to 256 steps.
import type { Page } from "@playwright/test";

/** A map and the scores of the classes, as the worker sent them. */
export interface WorkerAnswers {
  readonly heatmaps: number;
  /** `[P]` of the newest map. */
  readonly values: readonly number[];
  /** By class index, of the newest classification. */
  readonly logits: Readonly<Record<number, number>>;
}

declare global {
  var recordedAnswers: { heatmaps: number; values: number[]; logits: Record<number, number> } | undefined;
}

/** Keeps the newest answers of all workers, from the next load on. */
export async function recordWorkerAnswers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const answers = { heatmaps: 0, values: [] as number[], logits: {} as Record<number, number> };
    globalThis.recordedAnswers = answers;
    const watched = new WeakSet<Worker>();
    const send = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, ...parameters: [unknown, ...never[]]) {
      if (!watched.has(this)) {
        watched.add(this);
        this.addEventListener("message", ({ data }) => {
          const answer = data?.value;
          if (answer?.values instanceof Float32Array) {
            answers.heatmaps++;
            answers.values = [...answer.values];
          }
          if (Array.isArray(answer?.top))
            answers.logits = Object.fromEntries(
              answer.top.map(({ index, logit }: { index: number; logit: number }) => [index, logit]),
            );
        });
      }
      return send.call(this, ...parameters);
    };
  });
}

/** The newest answers so far. */
export function workerAnswers(page: Page): Promise<WorkerAnswers> {
  return page.evaluate(() => {
    if (globalThis.recordedAnswers === undefined) throw new Error("nothing was recorded");
    return globalThis.recordedAnswers;
  });
}
