// What is on the page now, as a view that a link can hold.
import type { AppState } from "../state/app-state.ts";
import { resultOf } from "../state/task.ts";
import type { View, ViewModel, ViewPicture } from "./view.ts";

/** `null` while there is nothing to link to, or while it is not known how the picture or the model is named. */
export function currentView(state: AppState): View | null {
  const picture = pictureOf(state);
  const model = modelOf(state);
  if (picture === null || model === null) return null;
  const { selection, framing, overlay, outline, opacity } = state;
  const { colourMap, divergingMap, interpolation, scaleStart, pixels } = state;
  return {
    picture,
    model,
    selection,
    framing,
    settings: { overlay, outline, opacity, colourMap, divergingMap, interpolation, scaleStart, pixels },
    instances: instancesOf(state),
  };
}

function pictureOf({ picture, namedPicture }: AppState): ViewPicture | null {
  if (picture === null) return null;
  if (picture.sample !== undefined) return { kind: "sample", id: picture.sample };
  return namedPicture?.id === picture.id ? namedPicture.picture : null;
}

function modelOf({ model, classifier }: AppState): ViewModel | null {
  if (model.kind === "registered") return model;
  const file = resultOf(classifier)?.origin.files[0];
  return file === undefined ? null : { kind: "own", ...file };
}

/** `null` for all of them; before they are found, what a link asked for. */
function instancesOf(state: AppState): readonly number[] | null {
  const { picture, segmentedPicture, segmentation, chosen, linked } = state;
  const found = resultOf(segmentation);
  if (found !== null && segmentedPicture === picture?.id)
    return chosen.length === found.instances.length ? null : chosen;
  return linked !== null && linked.opened === picture?.id ? linked.view.instances : null;
}
