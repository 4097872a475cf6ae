// Prepares a picture for both models: decoded once, framed as often as the framing changes.
import type { FramingChoice, JobId, OnProgress, PreparedImage } from "../bridge/contract.ts";
import { planDetectorSize } from "../core/detection/detector-input.ts";
import type { Preprocessing } from "../core/models/descriptor.ts";
import { planFrame, type Region, sourceRegion } from "../core/vision/frame.ts";
import { prepareInput } from "../core/vision/normalise.ts";
import { resampleRgba } from "../core/vision/resample.ts";
import type { RgbaImage } from "../core/vision/rgba-image.ts";
import { readBytes } from "./decode-picture.ts";
import { breathe, throwIfAborted } from "./jobs.ts";
import { createQueue } from "./queue.ts";

/** A picture after its EXIF orientation, as pixels and for drawing. */
export interface DecodedPicture {
  /** `type` is sniffed from the bytes, e.g. `JPEG`. */
  readonly header: { readonly type: string };
  readonly image: RgbaImage;
  readonly bitmap: ImageBitmap;
}

/** What a browser (or a test) does for pictures. */
export interface PictureTools {
  /**
   * @param bytes what the blob holds.
   * @throws image/*
   */
  readonly decode: (blob: Blob, bytes: Uint8Array<ArrayBuffer>) => Promise<DecodedPicture>;
  /** The region of the picture, smoothly brought to `width x height`. */
  readonly display: (bitmap: ImageBitmap, region: Region, width: number, height: number) => ImageBitmap;
}

export interface PreparedPicture {
  /** To be handed to the page. */
  readonly image: PreparedImage;
  /** `[3,S,S]`, to be kept for the model. */
  readonly tensor: Float32Array<ArrayBuffer>;
  /** The picture as the detector takes it, a fresh copy each time; the same function for every framing of a picture. */
  readonly detectorPixels: () => RgbaImage;
}

export interface Pictures {
  /** @throws image/*, job/cancelled */
  prepare(
    wish: { readonly job: JobId; readonly blob: Blob; readonly framing: FramingChoice },
    preprocessing: Preprocessing,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<PreparedPicture>;
}

interface KeptPicture {
  readonly bytes: Uint8Array;
  readonly decoded: DecodedPicture;
  readonly detectorPixels: () => RgbaImage;
}

/** Only after so many milliseconds it is worth a wait to hear whether the job was given up meanwhile. */
const longStep = 20;

/** Longest side of the display picture, in pixels. */
const longestDisplaySide = 1024;

/** Larger pictures (100 MB as RGBA) are decoded again rather than kept. */
const mostKeptPixels = 25_000_000;

/** Keeps the last picture decoded, so that another framing of it costs no decoding. */
export function createPictures(tools: PictureTools): Pictures {
  // Or a picture could be closed while another is still drawn from it.
  const queue = createQueue();
  let kept: KeptPicture | null = null;

  async function decode(blob: Blob): Promise<KeptPicture> {
    // A Blob comes as a new object each time it is sent to a worker: only its bytes tell that it is the same.
    const bytes = await readBytes(blob);
    if (kept !== null && sameBytes(kept.bytes, bytes)) return kept;
    const decoded = await tools.decode(blob, bytes);
    kept?.decoded.bitmap.close();
    kept = { bytes, decoded, detectorPixels: detectorPixelsOf(decoded.image) };
    return kept;
  }

  function keepSmall({ decoded: { image, bitmap } }: KeptPicture): void {
    if (!isLarge(image) || kept?.decoded.image !== image) return;
    bitmap.close();
    kept = null;
  }

  function frame(
    { header, image, bitmap }: DecodedPicture,
    preprocessing: Preprocessing,
  ): Omit<PreparedImage, "job" | "framing" | "milliseconds"> & {
    readonly tensor: PreparedPicture["tensor"];
  } {
    const { width, height } = image;
    const { pixels: modelPixels, tensor } = prepareInput(image, preprocessing);
    const region = sourceRegion(planFrame(width, height, preprocessing), width, height);
    const size = displaySize(region);
    const display = tools.display(bitmap, region, size.width, size.height);
    return { type: header.type, width, height, region, display, modelPixels, tensor };
  }

  return {
    prepare: ({ job, blob, framing }, preprocessing, signal, onProgress) =>
      queue(async () => {
        throwIfAborted(signal);
        onProgress({ stage: "decode" });
        const begin = performance.now();
        const picture = await decode(blob);
        const decodedAt = performance.now();
        if (decodedAt - begin > longStep) await breathe(signal);
        throwIfAborted(signal);
        onProgress({ stage: "preprocess" });
        const { tensor, ...framed } = frame(picture.decoded, framedAs(framing, preprocessing));
        keepSmall(picture);
        const milliseconds = { decode: decodedAt - begin, preprocess: performance.now() - decodedAt };
        const { detectorPixels } = picture;
        return { image: { job, framing, ...framed, milliseconds }, tensor, detectorPixels };
      }),
  };
}

/** Large pictures are reduced at once, as they are not kept; others when they are asked for. */
function detectorPixelsOf(image: RgbaImage): () => RgbaImage {
  const { width, height } = planDetectorSize(image.width, image.height);
  if (!isLarge(image)) return () => resampleRgba(image, width, height, "bilinear");
  const { data } = resampleRgba(image, width, height, "bilinear");
  return () => ({ width, height, data: data.slice() });
}

function isLarge({ width, height }: RgbaImage): boolean {
  return width * height > mostKeptPixels;
}

/** The model's own preprocessing, changed as the framing says. */
export function framedAs(framing: FramingChoice, own: Preprocessing): Preprocessing {
  if (framing !== "vit-explain") return { ...own, framing };
  return { ...own, framing: "squash", mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
}

/** The region's size, at most 1024 on its longest side and never enlarged. */
function displaySize({ width, height }: Region): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, longestDisplaySide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}
