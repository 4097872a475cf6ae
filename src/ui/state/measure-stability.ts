// How far the shown map can be trusted where a change of the picture that nobody sees can change it.
import { toXaiError } from "../../core/errors.ts";
import { wishOf } from "./ask-for-map.ts";
import { reportTo, type SliceContext } from "./slice-context.ts";
import { done, failed, isCurrent, running } from "./task.ts";

/** Compares the shown map with that of the picture with a little noise; what belongs to an older map is dropped. */
export async function measureStability(context: SliceContext): Promise<void> {
  const { engine, get, set, ports } = context;
  const { shown, stability } = get();
  if (shown === null || shown.heatmap === null || stability.status === "running") return;
  const { job, heatmap, classification } = shown;
  const isStale = (): boolean => get().shown?.heatmap !== heatmap || !isCurrent(get().stability, job);
  set({ stability: running(job, ports.now()) });
  try {
    const [request] = wishOf(get(), classification?.top[0]?.index).requests;
    const result = await engine.explain.stability(job, request, reportTo(context, "stability", job));
    if (!isStale()) set({ stability: done(job, result) });
  } catch (error) {
    if (!isStale()) set({ stability: failed(job, toXaiError(error)) });
  }
}
