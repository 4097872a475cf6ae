// Links and sessions: puts the page where they say, and waits for the files that they do not hold.
import { toXaiError } from "../../core/errors.ts";
import { fill } from "../fill.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { strings } from "../strings.ts";
import { currentView } from "../url/current-view.ts";
import type { View, ViewPicture } from "../url/view.ts";
import { decodeView, encodeView } from "../url.ts";
import type { AppState, Picture } from "./app-state.ts";
import { awaitedPicture, firstChosen, fitted, type LinkedView, type LinkSlice } from "./link-state.ts";
import type { SliceContext } from "./slice-context.ts";
import { failed, resultOf } from "./task.ts";

export function createLinkSlice(context: SliceContext): LinkSlice {
  const { get, set, nextJob } = context;
  /** Pictures that came within a link, which later links can hold again. */
  const embedded = new WeakMap<Blob, ViewPicture>();
  /** The visitor's own pictures of this session, by their SHA-256. */
  const own = new Map<string, Picture>();

  return {
    linked: null,
    namedPicture: null,
    async openLink(fragment) {
      const decoded = decodeView(fragment);
      if (decoded === null) return;
      const { view, unread, isNewer } = decoded;
      if (isNewer) get().notify(strings.share.newer);
      if (unread.length > 0) get().notify(fill(strings.share.unread, { parts: unread.join(", ") }));
      if (view.picture?.kind !== "embedded") return get().openView(view);
      const blob = new Blob([view.picture.bytes]);
      embedded.set(blob, view.picture);
      await get().openView(view, blob);
    },
    async openView(view, file, savedMap = null) {
      const isAwake = get().runtime.status !== "idle";
      set({
        linked: { view, blob: file ?? null, opened: null, otherFile: null, savedMap },
        framing: view.framing,
        ...view.settings,
      });
      const loading = openModelOf(context, view, isAwake);
      // A model that is being loaded forgets the classes of the last one.
      set((state) => ({ selection: fitted(state, view.selection) }));
      await Promise.all([loading, openPictureOf(context, view, own)]);
    },
    async forgetLink() {
      set({ linked: null });
      const samples = resultOf(get().gallery);
      if (get().picture === null && samples?.[0] !== undefined) await get().openSample(samples[0]);
    },
    async openGivenPicture(file, title) {
      const awaited = awaitedPicture(get());
      const isAwaited = awaited !== null && (await fingerprintOf(file)) === awaited.sha256;
      if (awaited !== null)
        set(({ linked }) => ({
          linked: linked && (isAwaited ? { ...linked, blob: file } : { ...linked, otherFile: title }),
        }));
      await get().openPicture(file, title);
    },
    async openSession(file) {
      try {
        const { readSession } = await import("../session/read-session.ts");
        const { view, picture, savedMap } = await readSession(file);
        const samples = resultOf(get().gallery) ?? [];
        const isSample = samples.some(({ id }) => view.picture?.kind === "sample" && view.picture.id === id);
        if (isSample) return await get().openView(view, undefined, savedMap);
        const { title, blob, sha256 } = picture;
        await get().openView({ ...view, picture: { kind: "file", title, sha256 } }, blob, savedMap);
      } catch (error) {
        get().cancelAnalysis();
        set({ analysis: failed(nextJob(), toXaiError(error)), refusedTitle: file.name });
      }
    },
    async namePicture() {
      const { picture, namedPicture } = get();
      if (picture === null || picture.sample !== undefined || namedPicture?.id === picture.id) return;
      const { id, title, blob } = picture;
      const copy = embedded.get(blob);
      const sha256 = copy === undefined ? await fingerprintOf(blob) : "";
      if (copy === undefined) own.set(sha256, picture);
      if (get().picture?.id === id)
        set({ namedPicture: { id, picture: copy ?? { kind: "file", title, sha256 } } });
    },
    compareWithSession() {
      const { linked } = get();
      if (linked === null || linked.savedMap === null || !isAsLinked(get(), linked)) return;
      const difference = largestDifference(get().shown?.heatmap?.values ?? null, linked.savedMap.values);
      set({ linked: { ...linked, savedMap: null } });
      if (difference > sameMap) get().notify(strings.share.otherMap);
    },
  };
}

/** As a share of the saved map's largest magnitude; other processors round in other ways. */
const sameMap = 1e-3;

/** Whether the map that is shown is the one that the session's settings give. */
function isAsLinked(state: AppState, { view, opened }: LinkedView): boolean {
  const { shown, explaining } = state;
  if (shown === null || shown.heatmap === null || shown.picture.id !== opened) return false;
  const now = currentView(state);
  return explaining.status === "done" && now !== null && encodeView(now) === encodeView(view);
}

function largestDifference(values: Float32Array | null, saved: Float32Array): number {
  if (values === null || values.length !== saved.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  let largest = 0;
  for (let index = 0; index < saved.length; index++) {
    most = Math.max(most, Math.abs(values[index] - saved[index]));
    largest = Math.max(largest, Math.abs(saved[index]));
  }
  return largest === 0 ? most : most / largest;
}

/** Loads the view's model, if it is known here and not in use; one of the visitor's own is waited for. */
async function openModelOf({ get, set }: SliceContext, { model }: View, isAwake: boolean): Promise<void> {
  const now = get().model;
  if (model.kind === "own") return;
  if (now.kind === "registered" && now.id === model.id) return;
  if (isAwake) await get().openModel(model);
  else set({ model });
}

/** Opens the view's picture if it can be had; before the samples are listed, their list brings it. */
async function openPictureOf(
  context: SliceContext,
  { picture }: View,
  own: ReadonlyMap<string, Picture>,
): Promise<void> {
  const { get } = context;
  const open = get().picture;
  if (picture === null || (picture.kind === "sample" && picture.id === open?.sample))
    return showAgain(context);
  if (picture.kind === "sample") {
    const samples = resultOf(get().gallery);
    const sample = samples?.find(({ id }) => id === picture.id);
    if (sample !== undefined) return get().openSample(sample);
    if (samples !== null) get().notify(fill(strings.share.noSample, { id: picture.id }));
    return;
  }
  const blob = get().linked?.blob ?? null;
  if (blob !== null) return get().openPicture(blob, picture.title);
  const known = picture.kind === "file" ? own.get(picture.sha256) : undefined;
  if (known === undefined) return;
  context.set(({ linked }) => ({ linked: linked && { ...linked, blob: known.blob } }));
  await (known.id === open?.id ? showAgain(context) : get().reopenPicture(known));
}

/** The picture that is open already, with the settings that were just put in force. */
async function showAgain({ get, set }: SliceContext): Promise<void> {
  const { picture, linked, segmentedPicture, segmentation } = get();
  if (picture === null) return;
  set({ linked: linked && { ...linked, opened: picture.id } });
  const found = resultOf(segmentation);
  if (found !== null && segmentedPicture === picture.id)
    get().chooseInstances(firstChosen(get(), found.instances.length));
  await get().analyse();
}
