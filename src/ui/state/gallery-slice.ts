// The project's own sample pictures; the first of them is what a visitor sees first.
import { toXaiError, XaiError } from "../../core/errors.ts";
import { fill } from "../fill.ts";
import { strings } from "../strings.ts";
import type { GallerySlice, Sample } from "./app-state.ts";
import { firstSample, missingSample } from "./link-state.ts";
import type { SliceContext } from "./slice-context.ts";
import { done, failed, idle, running } from "./task.ts";

export function createGallerySlice(context: SliceContext): GallerySlice {
  const { get, set, nextJob, ports } = context;
  let newestWish = 0;
  return {
    gallery: idle,
    async loadGallery() {
      const job = nextJob();
      set({ gallery: running(job, ports.now()) });
      try {
        const samples = readSamples(await ports.fetchJson("samples/index.json"));
        set({ gallery: done(job, samples) });
        // A picture that the visitor brought meanwhile comes first.
        const missing = missingSample(get(), samples);
        if (missing !== null) get().notify(fill(strings.share.noSample, { id: missing }));
        const first = firstSample(get(), samples);
        if (first !== null) await open(context, first, () => get().picture === null);
      } catch (error) {
        set({ gallery: failed(job, toXaiError(error)) });
      }
    },
    async openSample(sample) {
      const wish = ++newestWish;
      const known = get().history.find(({ picture }) => picture.sample === sample.id);
      if (known !== undefined) return get().reopenPicture(known.picture);
      // A sample that was clicked later may come sooner.
      await open(context, sample, () => wish === newestWish);
    },
  };
}

async function open(
  { get, set, nextJob, ports }: SliceContext,
  sample: Sample,
  isWanted: () => boolean,
): Promise<void> {
  if (!isWanted()) return;
  try {
    const blob = await ports.fetchBlob(`samples/${sample.file}`);
    if (isWanted()) await get().openPicture(blob, sample.title, sample.id);
  } catch (error) {
    if (isWanted()) set({ analysis: failed(nextJob(), toXaiError(error)) });
  }
}

/** The list as the gallery needs it; a missing list (`null`) is an empty gallery. */
function readSamples(list: unknown): readonly Sample[] {
  if (list === null) return [];
  if (Array.isArray(list) && list.every(isSample)) return list;
  throw new XaiError("internal/unexpected", { reason: "samples/index.json is not a list of samples" });
}

function isSample(entry: unknown): entry is Sample {
  if (typeof entry !== "object" || entry === null) return false;
  const texts = entry as Readonly<Record<string, unknown>>;
  return ["id", "title", "file", "credit"].every((name) => typeof texts[name] === "string");
}
