// Asks the engine for the map that is chosen, in as many requests as it takes.
import type { Heatmap, JobId, OnProgress } from "../../bridge/contract.ts";
import { XaiError } from "../../core/errors.ts";
import { type MapWish, mapWish } from "../map-wish.ts";
import { type ShownMap, toShownMap } from "../shown-map.ts";
import type { AppState } from "./app-state.ts";
import type { SliceContext } from "./slice-context.ts";
import { resultOf } from "./task.ts";

/** @throws attribution/*, engine/*, job/cancelled */
export async function askForMap(
  { engine, get }: SliceContext,
  job: JobId,
  topClass: number | undefined,
  onProgress: OnProgress,
): Promise<ShownMap> {
  const wish = wishOf(get(), topClass);
  const heatmaps: Heatmap[] = [];
  for (const request of wish.requests) heatmaps.push(await engine.explain.explain(job, request, onProgress));
  return toShownMap(wish, heatmaps);
}

/** @throws engine/no-result while no model is loaded */
export function wishOf({ selection, classifier }: AppState, topClass: number | undefined): MapWish {
  const model = resultOf(classifier);
  if (model === null) throw new XaiError("engine/no-result", { what: "model" });
  return mapWish(selection, model, topClass);
}
