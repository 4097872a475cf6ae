// The method and its options; every change asks for a new map of the tensors that the worker keeps.
import { isXaiError, toXaiError } from "../../core/errors.ts";
import { explainRequest, initialOptions } from "../method-options.ts";
import { presets } from "../presets.ts";
import type { ExplanationSlice } from "./app-state.ts";
import { latestWins } from "./latest-wins.ts";
import type { SliceContext } from "./slice-context.ts";
import { done, failed, idle, running } from "./task.ts";

export function createExplanationSlice(context: SliceContext): ExplanationSlice {
  const { get, set } = context;
  const requests = latestWins(() => explain(context));

  function explainShown(): void {
    // A picture on its way takes the newest options with it.
    if (get().analysis.status !== "running") requests.ask(undefined);
  }

  return {
    method: "rollout",
    options: initialOptions("rollout"),
    explaining: idle,
    explainShown,
    chooseMethod(method) {
      set({ method, options: initialOptions(method) });
      explainShown();
    },
    setOption(name, value) {
      set((state) => ({ options: { ...state.options, [name]: value } }));
      explainShown();
    },
    applyPreset(id) {
      const preset = presets.find((candidate) => candidate.id === id);
      if (preset === undefined) return;
      set({ method: preset.method, options: preset.options });
      get().setView(preset.view);
      if (preset.framing === get().framing) explainShown();
      else void get().chooseFraming(preset.framing);
    },
  };
}

/** Milliseconds after which a map counts as being computed. */
const slowStep = 150;

async function explain({ engine, get, set, ports }: SliceContext): Promise<void> {
  const { shown, method, options } = get();
  if (shown === null || shown.classification === null) return;
  const { job } = shown;
  const isStale = (): boolean => get().shown?.job !== job;
  // A step that takes no longer than this needs no mark, and every mark costs a slider two renderings.
  const mark = setTimeout(() => set({ explaining: running(job, ports.now()) }), slowStep);
  try {
    const heatmap = await engine.explain.explain(job, explainRequest(method, options));
    if (isStale()) return;
    set((state) => ({ explaining: done(job, null), shown: state.shown && { ...state.shown, heatmap } }));
  } catch (error) {
    if (isStale()) return;
    set({ explaining: failed(job, toXaiError(error)) });
    // The worker has gone on to a picture that was given up: bring the shown one back.
    if (isXaiError(error, "engine/no-result")) void get().reopenPicture(shown.picture);
  } finally {
    clearTimeout(mark);
  }
}
