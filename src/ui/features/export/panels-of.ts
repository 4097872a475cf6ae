// The panels on the page as an export writes them: every number with what it takes to get it again.
import type { ExplainRequest } from "../../../bridge/contract.ts";
import type {
  ExportPanel,
  PanelClasses,
  PanelForeground,
  PanelModel,
  PanelPicture,
  PanelTarget,
  PanelTerm,
} from "../../../core/export/panel.ts";
import { probabilitiesOf } from "../../class-probabilities.ts";
import { nameMap } from "../../describe-map.ts";
import { readForeground } from "../../foreground-reading.ts";
import { dependsOnClass, type MapSubject } from "../../map-wish.ts";
import { methodById, takesGradients } from "../../method-options.ts";
import type { AppState, Shown } from "../../state/app-state.ts";
import { wishOf } from "../../state/ask-for-map.ts";
import { selectIsStale, selectShownForeground } from "../../state/selectors.ts";
import { resultOf } from "../../state/task.ts";

/** Whether there is a map, and it is the one that the settings are about. */
export function canExport(state: AppState): boolean {
  const { shown, classifier } = state;
  const hasMap = shown !== null && shown.heatmap !== null && shown.classification !== null;
  return hasMap && classifier.status === "done" && !selectIsStale(state);
}

/**
 * The panels that are shown, in their order; none while `canExport` is false.
 * @param sha256 of the picture's file.
 */
export function panelsOf(state: AppState, sha256: string): readonly ExportPanel[] {
  if (!canExport(state) || state.shown === null) return [];
  const panel = panelOf(state, pictureOf(state.shown, sha256));
  return panel === null ? [] : [panel];
}

function panelOf(state: AppState, picture: PanelPicture): ExportPanel | null {
  const { shown } = state;
  const model = modelOf(state);
  const classes = classesOf(state);
  if (shown === null || shown.heatmap === null || model === null || classes === null) return null;
  const { heatmap, classification } = shown;
  const { id, label, cite, paper } = methodById(heatmap.method);
  const topClass = classification?.top[0]?.index;
  const reading = readForeground(state);
  return {
    name: nameMap(heatmap),
    picture,
    model,
    method: { id, label, cite, paper },
    terms: wishOf(state, topClass).requests.map((request) => termOf(request, classes, topClass, state)),
    difference: differences[heatmap.subject.kind] ?? null,
    map: {
      values: heatmap.values,
      rows: heatmap.grid.rows,
      columns: heatmap.grid.columns,
      cells: heatmap.resolution,
      signed: heatmap.signed,
    },
    figures: (heatmap.figures ?? []).map((figure) => ({ label: figure.label, value: figure.value })),
    foreground: foregroundOf(state),
    scores: reading.state === "measured" ? reading.measures : null,
    classes,
  };
}

/** How the two maps of a difference are taken from each other. */
const differences: { readonly [Kind in MapSubject["kind"]]?: string } = {
  classes: "(first - second) / max(|first|, |second|) over all cells",
  settings: "first / mean|first| - second / mean|second|",
};

function termOf(
  request: ExplainRequest,
  classes: PanelClasses,
  topClass: number | undefined,
  { selection }: AppState,
): PanelTerm {
  const { method, options, target, gradient } = request;
  return {
    options: { ...options },
    target: targetOf(target ?? null, classes, topClass, selection),
    gradient: takesGradients(method) ? (gradient ?? "exact") : null,
  };
}

function targetOf(
  target: NonNullable<ExplainRequest["target"]> | null,
  { labels, probabilities }: PanelClasses,
  topClass: number | undefined,
  selection: AppState["selection"],
): PanelTarget {
  if (target?.kind === "vector")
    return { kind: "vector", name: selection.vector?.name ?? "", values: target.values };
  const index = target?.index ?? topClass;
  if (!dependsOnClass(selection) || index === undefined) return { kind: "any-class" };
  const label = labels[index] ?? String(index);
  return { kind: "class", index, label, probability: probabilities[index] };
}

function pictureOf({ picture, prepared }: Shown, sha256: string): PanelPicture {
  const { width, height, framing, region } = prepared;
  const { title, sample = null } = picture;
  return { title, sample, sha256, width, height, framing, region };
}

function modelOf({ classifier, runtime }: AppState): PanelModel | null {
  const model = resultOf(classifier);
  if (model === null) return null;
  const { id, label, origin, preprocessing } = model;
  return { id, label, files: origin.files, preprocessing, backend: resultOf(runtime)?.backend ?? "" };
}

function classesOf({ shown, classifier }: AppState): PanelClasses | null {
  const model = resultOf(classifier);
  const classification = shown?.classification ?? null;
  if (model === null || classification === null) return null;
  const { logits } = classification;
  return { labels: model.labels, logits, probabilities: probabilitiesOf({ logits }) };
}

function foregroundOf(state: AppState): PanelForeground | null {
  const foreground = selectShownForeground(state);
  const found = resultOf(state.segmentation);
  if (foreground === null || found === null) return null;
  const instances = state.chosen.flatMap((index) => {
    const instance = found.instances[index];
    return instance === undefined ? [] : [{ label: instance.label, score: instance.score }];
  });
  return { instances, shares: foreground.grid, ...foreground.cells };
}
