// The instances in the shown picture, and the foreground that the chosen ones make up.
import type { ForegroundRequest } from "../../bridge/contract.ts";
import { isXaiError, toXaiError, XaiError } from "../../core/errors.ts";
import { describeReading } from "../announcements.ts";
import { cellsOf, readForeground } from "../foreground-reading.ts";
import type { AppState, ForegroundSlice, Shown } from "./app-state.ts";
import { createDetectorLoader } from "./detector-loader.ts";
import { latestWins } from "./latest-wins.ts";
import { firstChosen } from "./link-state.ts";
import { reportTo, type SliceContext } from "./slice-context.ts";
import { done, failed, idle, isCurrent, running } from "./task.ts";

export function createForegroundSlice(context: SliceContext): ForegroundSlice {
  const { engine, get, set } = context;
  const requests = latestWins(() => askForeground(context));
  const loader = createDetectorLoader(context);

  return {
    detector: idle,
    segmentedPicture: null,
    segmentation: idle,
    chosen: [],
    foreground: idle,
    lastForeground: null,
    async findForeground() {
      const { shown, segmentedPicture, segmentation } = get();
      if (shown === null || shown.classification === null) return;
      if (segmentedPicture === shown.picture.id && segmentation.status !== "idle") {
        if (segmentation.status === "done") requests.ask(undefined);
        return;
      }
      set({ segmentedPicture: shown.picture.id, segmentation: idle, ...nothingChosen });
      const ready = await loader.load();
      if (ready && get().segmentedPicture === shown.picture.id) await segment(context, shown);
      if (get().segmentation.status === "done") requests.ask(undefined);
    },
    async retryForeground() {
      set({ segmentation: idle });
      await get().findForeground();
    },
    matchForeground() {
      const { shown, classifier, segmentation, lastForeground } = get();
      if (segmentation.status !== "done" || lastForeground === null) return;
      const { rows, columns } = cellsOf(shown, classifier);
      const { cells } = lastForeground;
      if (rows !== cells.rows || columns !== cells.columns) requests.ask(undefined);
    },
    cancelForeground() {
      const { segmentation } = get();
      loader.cancel();
      if (segmentation.status !== "running") return;
      void engine.segment.cancel(segmentation.job);
      set({ segmentation: failed(segmentation.job, new XaiError("job/cancelled", {})) });
    },
    dropSearch() {
      const { segmentation } = get();
      if (segmentation.status !== "running") return;
      void engine.segment.cancel(segmentation.job);
      set({ segmentation: idle });
    },
    chooseInstances(instances) {
      set({ chosen: [...instances].sort((a, b) => a - b) });
      requests.ask(undefined);
    },
  };
}

const nothingChosen = { chosen: [], foreground: idle, lastForeground: null } as const;

async function segment(context: SliceContext, shown: Shown): Promise<void> {
  const { engine, get, set, nextJob, ports } = context;
  const { job: preparation, width, height } = shown.prepared;
  const job = nextJob();
  set({ segmentation: running(job, ports.now()) });
  try {
    const report = reportTo(context, "segmentation", job);
    const pixels = await engine.explain.detectorPixels(preparation);
    if (!isCurrent(get().segmentation, job)) return;
    const result = await engine.segment.segment(job, { pixels, width, height }, report);
    if (!isCurrent(get().segmentation, job)) return;
    set({ segmentation: done(job, result), chosen: firstChosen(get(), result.instances.length) });
  } catch (error) {
    if (!isCurrent(get().segmentation, job)) return;
    const isGone = isXaiError(error, "engine/no-result") || isXaiError(error, "job/cancelled");
    if (isGone && isBeingReplaced(get(), shown)) {
      // Another model or backend came between: the search begins again with what it shows, now or when it is there.
      set({ segmentedPicture: null, segmentation: idle });
      if (get().shown !== shown) await get().findForeground();
      return;
    }
    set({ segmentation: failed(job, toXaiError(error)) });
  }
}

/** Whether what the search was begun for is no longer, or soon will not be, what is shown. */
function isBeingReplaced(state: AppState, begunFor: Shown): boolean {
  const { shown, runtime, classifier, analysis } = state;
  return shown !== begunFor || [runtime, classifier, analysis].some(({ status }) => status === "running");
}

async function askForeground({ engine, get, set, ports }: SliceContext): Promise<void> {
  const { segmentation, shown } = get();
  const request = foregroundRequest(get());
  if (segmentation.status !== "done" || shown === null || request === null) return;
  const { job } = segmentation;
  const isStale = (): boolean =>
    get().segmentation.status !== "done" || get().segmentedPicture !== shown.picture.id;
  set({ foreground: running(job, ports.now()) });
  try {
    const foreground = await engine.segment.foreground(job, request);
    if (isStale()) return;
    const isFirst = get().lastForeground === null;
    const { framing } = shown;
    set({
      foreground: done(job, foreground),
      lastForeground: { ...foreground, framing, cells: request.grid },
    });
    if (isFirst) get().announce(describeReading(readForeground(get())));
  } catch (error) {
    if (!isStale()) set({ foreground: failed(job, toXaiError(error)) });
  }
}

/** The model's view of the shown picture, as the other worker must cut the masks. */
function foregroundRequest({ classifier, shown, chosen }: AppState): ForegroundRequest | null {
  if (classifier.status !== "done" || shown === null) return null;
  const { preprocessing } = classifier.result;
  return {
    instances: chosen,
    grid: cellsOf(shown, classifier),
    preprocessing: shown.framing === "crop" ? preprocessing : { ...preprocessing, framing: "squash" },
  };
}
