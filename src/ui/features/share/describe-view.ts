// What a link holds, in words: names and values for a list.
import { classifierById } from "../../../core/models/registry.ts";
import { describeSettings } from "../../describe-settings.ts";
import { fill } from "../../fill.ts";
import { formatBytes } from "../../format.ts";
import { dependsOnClass } from "../../map-wish.ts";
import { methodById } from "../../method-options.ts";
import type { AppState } from "../../state/app-state.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import type { View } from "../../url/view.ts";

const words = strings.share;

/** Pairs of name and value. */
export function describeView(view: View, state: AppState): readonly (readonly [string, string])[] {
  const { selection, framing, model } = view;
  const settings = describeSettings(selection.method, selection.options[selection.method]);
  return [
    [words.picture, describePicture(view, state)],
    [words.model, model.kind === "own" ? fill(words.ownModel, model) : classifierById(model.id).label],
    [words.method, methodById(selection.method).label],
    [words.settings, settings.length === 0 ? words.usual : settings.join(", ")],
    ...(dependsOnClass(selection) ? [[words.subject, describeTarget(view, state)] as const] : []),
    [words.framing, strings.stage.framings[framing].label],
    [words.objects, describeObjects(view, state)],
  ];
}

function describePicture({ picture }: View, { gallery }: AppState): string {
  if (picture === null) return "";
  if (picture.kind === "sample") {
    const sample = resultOf(gallery)?.find(({ id }) => id === picture.id);
    return fill(words.samplePicture, { title: sample?.title ?? picture.id });
  }
  const { title } = picture;
  if (picture.kind === "file") return fill(words.filePicture, { title });
  return fill(words.copyPicture, { title, size: formatBytes(picture.bytes.length) });
}

function describeTarget({ selection: { target, pins, vector } }: View, { classifier }: AppState): string {
  const labels = resultOf(classifier)?.labels ?? [];
  const nameOf = (index: number | null) => (index === null ? "" : (labels[index] ?? String(index)));
  if (target.kind === "class") return nameOf(target.index);
  if (target.kind === "contrast")
    return fill(words.contrast, { first: nameOf(pins.a), second: nameOf(pins.b) });
  return target.kind === "vector" ? (vector?.name ?? "") : words.topClass;
}

function describeObjects({ instances }: View, { segmentation }: AppState): string {
  if (instances === null) return words.allObjects;
  const found = resultOf(segmentation)?.instances ?? [];
  return instances.map((index) => found[index]?.label ?? String(index)).join(", ") || words.noObjects;
}
