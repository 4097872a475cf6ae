// One picture's way to its first map: prepare, classify, explain. The last complete picture stays meanwhile.
import type { Classification, JobId, PreparedImage } from "../../bridge/contract.ts";
import { isXaiError, toXaiError, XaiError } from "../../core/errors.ts";
import { describeShown } from "../announcements.ts";
import type { ShownMap } from "../shown-map.ts";
import type { HistoryEntry, Picture, PictureSlice, Shown } from "./app-state.ts";
import { askForMap } from "./ask-for-map.ts";
import { changesForPicture } from "./link-state.ts";
import { reportTo, type SliceContext } from "./slice-context.ts";
import { done, failed, idle, isCurrent, running } from "./task.ts";

const historyLength = 8;

export function createPictureSlice(context: SliceContext): PictureSlice {
  const { engine, get, set, nextJob, ports } = context;
  let pictures = 0;

  async function open(picture: Picture): Promise<void> {
    set((state) => changesForPicture(state, picture));
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
  const { engine, get, set } = context;
  const report = reportTo(context, "analysis", job);
  const preparing = engine.explain.prepare(job, wish.picture.blob, wish.framing, report);
  // Asked for at once: the worker need not wait for the page between its steps.
  const classifying = engine.explain.classify(job, report);
  const { selection } = get();
  const pending = askForMap(context, job, classifying, (progress) => {
    report(progress);
    reportTo(context, "explaining", job)(progress);
  });
  // The first step that fails tells why.
  for (const later of [classifying, pending]) later.catch(() => undefined);
  const prepared = await preparing;
  if (!isCurrent(get().analysis, job)) return prepared.display.close();
  // Nothing to keep on screen yet: the bare picture is better than an empty page.
  if (get().shown === null) show(context, job, wish, prepared, null, null);
  const classification = await classifying;
  if (!isCurrent(get().analysis, job)) return;
  const first = await Promise.race([firstMap(pending), afterPatience()]);
  if (!isCurrent(get().analysis, job)) return;
  show(context, job, wish, prepared, classification, first.heatmap);
  if (first.status === "slow") get().followMap(pending);
  else
    set({ explaining: first.error === null ? done(job, null) : failed(job, first.error), stability: idle });
  // What was chosen meanwhile gets its map now.
  if (get().selection !== selection) get().explainShown();
  get().announce(describeShown(classification));
}

/** How the first map went; where there is none, the picture and its classes still count. */
interface FirstMap {
  readonly status: "settled" | "slow";
  readonly heatmap: ShownMap | null;
  readonly error: XaiError | null;
}

/** Milliseconds that a new picture waits for its map, so that both come at once; then it is shown without. */
const mapPatience = 800;

function afterPatience(): Promise<FirstMap> {
  const slow: FirstMap = { status: "slow", heatmap: null, error: null };
  return new Promise((resolve) => setTimeout(() => resolve(slow), mapPatience));
}

async function firstMap(pending: Promise<ShownMap>): Promise<FirstMap> {
  try {
    return { status: "settled", heatmap: await pending, error: null };
  } catch (error) {
    if (!isXaiError(error) || !isAboutMethod(error)) throw error;
    return { status: "settled", heatmap: null, error };
  }
}

/** Whether the method has no map for this picture or model, rather than the engine having failed. */
function isAboutMethod({ code }: XaiError): boolean {
  return code.startsWith("attribution/") || code.startsWith("autodiff/") || code.startsWith("anatomy/");
}

function show(
  { get, set }: SliceContext,
  job: JobId,
  wish: Pick<Shown, "picture" | "framing">,
  prepared: PreparedImage,
  classification: Classification | null,
  heatmap: ShownMap | null,
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
