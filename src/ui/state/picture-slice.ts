// One picture's way to its first map: prepare, classify, explain. The last complete picture stays meanwhile.
import type { Classification, Heatmap, JobId, PreparedImage } from "../../bridge/contract.ts";
import { isXaiError, toXaiError, XaiError } from "../../core/errors.ts";
import { describeShown } from "../announcements.ts";
import { explainRequest } from "../method-options.ts";
import type { HistoryEntry, Picture, PictureSlice, Shown } from "./app-state.ts";
import { reportTo, type SliceContext } from "./slice-context.ts";
import { done, failed, idle, isCurrent, running } from "./task.ts";

const historyLength = 8;

export function createPictureSlice(context: SliceContext): PictureSlice {
  const { engine, get, set, nextJob, ports } = context;
  let pictures = 0;

  async function open(picture: Picture): Promise<void> {
    set({ picture });
    await get().analyse();
  }

  return {
    picture: null,
    framing: "crop",
    analysis: idle,
    shown: null,
    history: [],
    refusedTitle: null,
    openPicture: (blob, title, sample) => open({ id: ++pictures, title, blob, ...(sample && { sample }) }),
    reopenPicture: open,
    async chooseFraming(framing) {
      if (framing === get().framing) return;
      set({ framing });
      await get().analyse();
    },
    async analyse() {
      const { picture, framing, classifier } = get();
      get().cancelAnalysis();
      if (picture === null || classifier.status !== "done") return;
      if (get().segmentedPicture !== picture.id) get().dropSearch();
      const job = nextJob();
      set({ analysis: running(job, ports.now()), refusedTitle: null });
      try {
        await analysePicture(context, job, { picture, framing });
      } catch (error) {
        if (!isCurrent(get().analysis, job)) return;
        set({ analysis: failed(job, toXaiError(error)) });
        forgetUnreadable(context, error);
      }
      await get().findForeground();
    },
    cancelAnalysis() {
      const { analysis } = get();
      if (analysis.status !== "running") return;
      void engine.explain.cancel(analysis.job);
      set({ analysis: failed(analysis.job, new XaiError("job/cancelled", {})) });
    },
  };
}

/** A file that is no picture leaves the picture that is shown in charge, so that controls go on with that one. */
function forgetUnreadable({ get, set }: SliceContext, error: unknown): void {
  if (!isXaiError(error) || !error.code.startsWith("image/")) return;
  set({ refusedTitle: get().picture?.title ?? null, picture: get().shown?.picture ?? null });
}

async function analysePicture(
  context: SliceContext,
  job: JobId,
  wish: Pick<Shown, "picture" | "framing">,
): Promise<void> {
  const { engine, get } = context;
  const report = reportTo(context, "analysis", job);
  const prepared = await engine.explain.prepare(job, wish.picture.blob, wish.framing, report);
  if (!isCurrent(get().analysis, job)) return prepared.display.close();
  // Nothing to keep on screen yet: the bare picture is better than an empty page.
  if (get().shown === null) show(context, job, wish, prepared, null, null);
  const classification = await engine.explain.classify(job, report);
  if (!isCurrent(get().analysis, job)) return;
  const { method, options } = get();
  const heatmap = await firstMap(context, job);
  if (!isCurrent(get().analysis, job)) return;
  show(context, job, wish, prepared, classification, heatmap);
  // A slider that was moved meanwhile gets its map now.
  if (get().options !== options || get().method !== method) get().explainShown();
  get().announce(describeShown(classification));
}

/** The first map, or `null` where the options leave nothing to draw: the picture and its classes still count. */
async function firstMap({ engine, get, set }: SliceContext, job: JobId): Promise<Heatmap | null> {
  const { method, options } = get();
  try {
    const heatmap = await engine.explain.explain(job, explainRequest(method, options));
    set({ explaining: done(job, null) });
    return heatmap;
  } catch (error) {
    if (!isXaiError(error, "attribution/empty-map")) throw error;
    set({ explaining: failed(job, error) });
    return null;
  }
}

function show(
  { get, set }: SliceContext,
  job: JobId,
  wish: Pick<Shown, "picture" | "framing">,
  prepared: PreparedImage,
  classification: Classification | null,
  heatmap: Heatmap | null,
): void {
  const before = get().shown?.prepared.display;
  const shown: Shown = { job, ...wish, prepared, classification, heatmap };
  if (classification === null) {
    set({ shown });
    return;
  }
  const entry = { picture: wish.picture, thumbnail: prepared.modelPixels };
  set((state) => ({ shown, analysis: done(job, null), history: remember(state.history, entry) }));
  if (before !== prepared.display) before?.close();
}

function remember(history: readonly HistoryEntry[], entry: HistoryEntry): readonly HistoryEntry[] {
  const others = history.filter(({ picture }) => picture.id !== entry.picture.id);
  return [entry, ...others].slice(0, historyLength);
}
