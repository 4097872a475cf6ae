// What a running task can say about itself: how far it is, and how long it will take.
import type { Progress } from "../bridge/contract.ts";
import { fill } from "./fill.ts";
import { formatBytes, formatDuration } from "./format.ts";
import type { Running } from "./state/task.ts";
import { strings } from "./strings.ts";

/** Too early a guess misleads more than none. */
const shortestBasis = 500;

/** How much of the present stage is done, 0..1, or `null` where nobody knows. */
export function progressShare({ progress }: Running): number | null {
  if (progress?.done === undefined || progress.total === undefined || progress.total <= 0) return null;
  return Math.min(1, progress.done / progress.total);
}

/** Seconds until the present stage ends at its average pace, or `null` where that cannot be told. */
export function secondsLeft(task: Running, now: number): number | null {
  const share = progressShare(task);
  const elapsed = now - task.stageStartedAt;
  if (share === null || share === 0 || elapsed < shortestBasis) return null;
  return (elapsed * (1 - share)) / share / 1000;
}

/** One line: the stage, what it is about, how far it is, and for downloads the time left. */
export function describeProgress(task: Running, now: number): string {
  const { progress } = task;
  if (progress === null) return strings.stages.starting;
  const parts: string[] = [strings.stages[progress.stage]];
  if (progress.subject !== undefined) parts.push(progress.subject);
  const amount = describeAmount(progress);
  if (amount !== null) parts.push(amount);
  const seconds = progress.unit === "bytes" ? secondsLeft(task, now) : null;
  if (seconds !== null) parts.push(fill(strings.progress.left, { time: formatDuration(seconds) }));
  return parts.join(" · ");
}

function describeAmount({ done, total, unit }: Progress): string | null {
  if (done === undefined) return null;
  const show = unit === "bytes" ? formatBytes : String;
  if (total === undefined) return show(done);
  return fill(strings.progress.of, { done: show(done), total: show(total) });
}
