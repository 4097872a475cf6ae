// What is chosen to be explained; every change asks for a new map of the picture that the worker keeps.
import type { Progress } from "../../bridge/contract.ts";
import { isXaiError, toXaiError, XaiError } from "../../core/errors.ts";
import { describeMap, nameMap } from "../describe-map.ts";
import { dependsOnClass } from "../map-wish.ts";
import { takesGradients } from "../method-options.ts";
import { readVectorFile } from "../read-vector-file.ts";
import type { ShownMap } from "../shown-map.ts";
import { askForMap } from "./ask-for-map.ts";
import type { ExplanationSlice } from "./explanation-state.ts";
import { latestWins } from "./latest-wins.ts";
import { measureStability } from "./measure-stability.ts";
import { firstSelection, type Selection, withOption, withOptions, withPinToggled } from "./selection.ts";
import { reportTo, type SliceContext } from "./slice-context.ts";
import { done, failed, idle, resultOf, running } from "./task.ts";

export function createExplanationSlice(context: SliceContext): ExplanationSlice {
  const { engine, get, set, ports } = context;
  const flight: Flight = { startedAt: 0, isOvertaken: false };
  const requests = latestWins((pending: Promise<ShownMap> | null) => explain(context, flight, pending));

  function explainShown(): void {
    // A picture on its way takes the newest choice with it.
    if (get().analysis.status === "running") return;
    requests.ask(null);
    const { explaining } = get();
    if (explaining.status !== "running" || ports.now() - flight.startedAt < patience) return;
    flight.isOvertaken = true;
    void engine.explain.cancel(explaining.job);
  }

  function change(selection: Selection): void {
    set({ selection });
    explainShown();
  }

  return {
    selection: firstSelection,
    explaining: idle,
    stability: idle,
    vectorError: null,
    explainShown,
    followMap: (pending) => requests.ask(pending),
    chooseMethod: (method) => change({ ...get().selection, method, difference: false }),
    setOption: (name, value) => change(withOption(get().selection, name, value)),
    resetOptions: () => change({ ...withOptions(get().selection, {}), difference: false }),
    chooseTarget(target) {
      const selection = { ...get().selection, target };
      // Another class would give the same map: the page says so instead of computing it again.
      if (dependsOnClass(selection)) change(selection);
      else set({ selection });
    },
    togglePin(index) {
      const before = get().selection;
      const selection = withPinToggled(before, index);
      set({ selection });
      const wasShown = before.target.kind === "contrast";
      if (wasShown && dependsOnClass(selection)) explainShown();
    },
    setVector(vector) {
      const target = vector === null ? firstSelection.target : ({ kind: "vector" } as const);
      set({ selection: { ...get().selection, vector }, vectorError: null });
      get().chooseTarget(target);
    },
    async openVector(file) {
      const model = resultOf(get().classifier);
      if (model === null) return;
      try {
        get().setVector(await readVectorFile(file, model.classes));
      } catch (error) {
        set({ vectorError: toXaiError(error) });
      }
    },
    chooseGradient(gradient) {
      const selection = { ...get().selection, gradient };
      if (takesGradients(selection.method)) change(selection);
      else set({ selection });
    },
    showDifference: (difference) => change({ ...get().selection, difference }),
    applyPreset({ method, options, framing, view }) {
      set({ selection: withOptions({ ...get().selection, method, difference: false }, options) });
      get().setView(view);
      if (framing === get().framing) explainShown();
      else void get().chooseFraming(framing);
    },
    cancelExplaining() {
      const { explaining } = get();
      if (explaining.status !== "running") return;
      requests.forget();
      void engine.explain.cancel(explaining.job);
      set({ explaining: failed(explaining.job, new XaiError("job/cancelled", {})) });
    },
    measureStability: () => measureStability(context),
  };
}

/** The request in flight. */
interface Flight {
  startedAt: number;
  /** Whether it was given up for a newer one, which tells what there is to tell. */
  isOvertaken: boolean;
}

/** Milliseconds after which a map counts as being computed. */
const slowStep = 150;
/** Milliseconds after which a map makes way for a newer wish; sooner, it is nearly there. */
const patience = 1000;

/** @param pending a map that was asked for before, to be waited for; `null` asks for the one that is chosen. */
async function explain(
  context: SliceContext,
  flight: Flight,
  pending: Promise<ShownMap> | null,
): Promise<void> {
  const { get, set, ports } = context;
  const { shown } = get();
  if (shown === null || shown.classification === null) return;
  const { job, classification } = shown;
  const isStale = (): boolean => get().shown?.job !== job;
  const begin = ports.now();
  Object.assign(flight, {
    startedAt: pending === null ? begin : Number.NEGATIVE_INFINITY,
    isOvertaken: false,
  });
  let last: Progress | null = null;
  const isRunning = () => set({ explaining: { ...running(job, begin), progress: last } });
  // A step that takes no longer than this needs no mark, and every mark costs a slider two renderings.
  const mark = setTimeout(isRunning, pending === null ? slowStep : 0);
  const report = reportTo(context, "explaining", job);
  try {
    const heatmap = await (pending ??
      askForMap(context, job, classification, (progress) => {
        last = progress;
        report(progress);
      }));
    if (isStale()) return;
    set((state) => ({
      explaining: done(job, null),
      stability: idle,
      shown: state.shown && { ...state.shown, heatmap },
    }));
    get().matchForeground();
    // Another method or class is another map; a slider's steps would never let a screen reader finish.
    if (shown.heatmap === null || nameMap(shown.heatmap) !== nameMap(heatmap))
      get().announce(describeMap(shown.picture.title, heatmap));
  } catch (error) {
    if (isStale() || flight.isOvertaken) return;
    set({ explaining: failed(job, toXaiError(error)) });
    // The worker has gone on to a picture that was given up: bring the shown one back.
    if (isXaiError(error, "engine/no-result")) void get().reopenPicture(shown.picture);
  } finally {
    clearTimeout(mark);
  }
}
