// What a link or a session asked for, as far as it is not there yet, and what follows from it for the other slices.
import { selectionFor } from "../method-availability.ts";
import type { View, ViewPicture } from "../url/view.ts";
import type { AppState, Picture, Sample } from "./app-state.ts";
import { forNextPicture, type Selection } from "./selection.ts";
import { resultOf } from "./task.ts";

/** A raw map that came with a session. */
export interface SavedMap {
  readonly values: Float32Array<ArrayBuffer>;
  readonly rows: number;
  readonly columns: number;
}

/** A view that was asked for from outside. It stays until another picture is opened or it is forgotten. */
export interface LinkedView {
  readonly view: View;
  /** The picture's bytes; `null` for samples, and as long as the file was not given. */
  readonly blob: Blob | null;
  /** Id of the picture that was opened for it; `null` before. */
  readonly opened: number | null;
  /** Title of the last file that was given and was another one. */
  readonly otherFile: string | null;
  /** Of a session; compared with the map that is computed here. */
  readonly savedMap: SavedMap | null;
}

export interface LinkSlice {
  readonly linked: LinkedView | null;
  /** How a link names the picture of this id. */
  readonly namedPicture: { readonly id: number; readonly picture: ViewPicture } | null;
  /** Reads the part of an address after `#`; what is no link of the app changes nothing. */
  openLink(fragment: string): Promise<void>;
  /** @param file the picture's bytes, where they came with the view. */
  openView(view: View, file?: Blob, savedMap?: SavedMap | null): Promise<void>;
  /** Goes on without what the link still asks for. */
  forgetLink(): Promise<void>;
  /** Opens a picture that a person gave; if a link waits for a file, it is told whether this is the one. */
  openGivenPicture(file: Blob, title: string): Promise<void>;
  openSession(file: File): Promise<void>;
  /** Finds out how a link will name the picture that is open. */
  namePicture(): Promise<void>;
  /** Tells once if the map of a session comes out different here. */
  compareWithSession(): void;
}

/** The file that a link waits for. */
export function awaitedPicture({ linked }: Pick<AppState, "linked">): {
  readonly title: string;
  readonly sha256: string;
  readonly otherFile: string | null;
} | null {
  if (linked === null || linked.blob !== null || linked.view.picture?.kind !== "file") return null;
  const { title, sha256 } = linked.view.picture;
  return { title, sha256, otherFile: linked.otherFile };
}

/** The model file that a link waits for; `null` while a model is being loaded, which may be the one. */
export function awaitedModel({
  linked,
  classifier,
}: Pick<AppState, "linked" | "classifier">): { readonly name: string; readonly sha256: string } | null {
  if (linked === null || linked.view.model.kind !== "own" || classifier.status === "running") return null;
  const { name, sha256 } = linked.view.model;
  return modelDigest(classifier) === sha256 ? null : { name, sha256 };
}

/** SHA-256 of the loaded model's own file. */
export function modelDigest(classifier: AppState["classifier"]): string | null {
  return resultOf(classifier)?.origin.files[0]?.sha256 ?? null;
}

/** What changes when a picture is opened: the selection that was linked with it, or the last one without its class. */
export function changesForPicture(state: AppState, picture: Picture): Partial<AppState> {
  const { linked, selection } = state;
  if (picture.id === state.picture?.id) return { picture };
  if (linked !== null && linked.opened === null && isOf(linked, picture))
    return {
      picture,
      selection: fitted(state, linked.view.selection),
      linked: { ...linked, opened: picture.id },
    };
  const isWaiting = awaitedPicture(state) !== null || awaitedModel(state) !== null;
  return { picture, selection: forNextPicture(selection), linked: isWaiting ? linked : null };
}

/** The selection to go on with once a model is loaded: the linked one if this is the model that it was made with. */
export function selectionBeforeModel(state: AppState, digest: string | undefined): Selection {
  const { linked, selection } = state;
  if (linked === null || linked.view.model.kind !== "own") return selection;
  return linked.view.model.sha256 === digest ? linked.view.selection : selection;
}

/** The instances that count as foreground when a picture's objects were found. */
export function firstChosen({ linked, segmentedPicture }: AppState, count: number): readonly number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  if (linked === null || linked.opened !== segmentedPicture || linked.view.instances === null) return all;
  return linked.view.instances.filter((index) => index < count);
}

/** The sample that the page opens with; `null` where a link waits for a file, or brought its picture along. */
export function firstSample({ linked }: AppState, samples: readonly Sample[]): Sample | null {
  const wanted = linked?.view.picture ?? null;
  if (wanted !== null && wanted.kind !== "sample") return null;
  return samples.find(({ id }) => id === wanted?.id) ?? samples[0] ?? null;
}

/** Id of the sample that a link asked for and that is not here; `null` where there is nothing to tell. */
export function missingSample({ linked }: AppState, samples: readonly Sample[]): string | null {
  const wanted = linked?.view.picture ?? null;
  if (wanted?.kind !== "sample" || samples.some(({ id }) => id === wanted.id)) return null;
  return wanted.id;
}

/** The selection within what the loaded model has; as it is while none is loaded. */
export function fitted({ classifier }: Pick<AppState, "classifier">, selection: Selection): Selection {
  const model = resultOf(classifier);
  return model === null ? selection : selectionFor(selection, model).selection;
}

function isOf({ view, blob }: LinkedView, picture: Picture): boolean {
  if (view.picture === null) return true;
  if (view.picture.kind === "sample") return picture.sample === view.picture.id;
  return picture.blob === blob;
}
