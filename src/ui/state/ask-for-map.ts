// Asks the engine for the map that is chosen, in as many requests as it takes.
import type { Classification, Heatmap, JobId, OnProgress } from "../../bridge/contract.ts";
import { XaiError } from "../../core/errors.ts";
import { type MapWish, mapWish } from "../map-wish.ts";
import { type ShownMap, toShownMap } from "../shown-map.ts";
import type { AppState } from "./app-state.ts";
import type { SliceContext } from "./slice-context.ts";
import { resultOf } from "./task.ts";

/**
 * @param classification may be on its way: the engine knows the most probable class before the page does.
 * @throws attribution/*, engine/*, job/cancelled
 */
export async function askForMap(
  { engine, get }: SliceContext,
  job: JobId,
  classification: Classification | Promise<Classification>,
  onProgress: OnProgress,
): Promise<ShownMap> {
  const state = get();
  const heatmaps: Heatmap[] = [];
  for (const request of wishOf(state, undefined).requests)
    heatmaps.push(await engine.explain.explain(job, request, onProgress));
  const { top } = await classification;
  return toShownMap(wishOf(state, top[0]?.index), heatmaps);
}

/** @throws engine/no-result while no model is loaded */
export function wishOf({ selection, classifier }: AppState, topClass: number | undefined): MapWish {
  const model = resultOf(classifier);
  if (model === null) throw new XaiError("engine/no-result", { what: "model" });
  return mapWish(selection, model, topClass);
}
