// What sharp can write: JPEG, WebP and AVIF, colour profiles, EXIF orientations.
import sharp, { type Sharp } from "sharp";
import type { PictureHeader } from "../../../src/core/vision/picture-header.ts";
import {
  height,
  opaque,
  other,
  type PictureFile,
  picture,
  smooth,
  transparent,
  width,
} from "./picture-file.ts";

/** What sharp can write; lossy files are expected as sharp decodes them. */
export async function encodedFiles(): Promise<PictureFile[]> {
  const raw = { raw: { width, height, channels: 4 } } as const;
  const solid = () => sharp(smooth.data, raw).removeAlpha();
  const alpha = () => sharp(transparent.data, raw);
  const both = new Uint8ClampedArray([...opaque.data, ...other.data]);
  const twoPages = sharp(both, { raw: { ...raw.raw, height: 2 * height, pageHeight: height } });
  const jpeg = { type: "JPEG", hasAlpha: false, animated: false } as const;
  return Promise.all([
    encoded("photo.jpg", solid().jpeg({ quality: 90 }), 1, { ...jpeg, colour: "rgb" }),
    encoded("full-chroma.jpg", solid().jpeg({ quality: 90, chromaSubsampling: "4:4:4" }), 1, jpeg),
    encoded("progressive.jpg", solid().jpeg({ quality: 80, progressive: true }), 1, jpeg),
    encoded("grey.jpg", solid().toColourspace("b-w").jpeg({ quality: 90 }), 1, { ...jpeg, colour: "grey" }),
    encoded("profile.jpg", solid().withIccProfile("p3").jpeg({ quality: 90 }), 1, jpeg),
    cmykFile(Uint8Array.from(await solid().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer())),
    encoded("profile.png", solid().withIccProfile("p3").png(), 0, { type: "PNG" }),
    encoded("interlaced.png", solid().png({ progressive: true }), 0, { type: "PNG" }),
    encoded("lossy.webp", solid().webp({ quality: 80 }), 1, {
      type: "WebP",
      hasAlpha: false,
      animated: false,
    }),
    encoded("lossless.webp", solid().webp({ lossless: true }), 0, { type: "WebP", hasAlpha: false }),
    encoded("lossy-alpha.webp", alpha().webp({ quality: 90 }), 1, { type: "WebP", hasAlpha: true }),
    encoded("exact-alpha.webp", alpha().webp({ lossless: true, exact: true }), 0, {
      type: "WebP",
      hasAlpha: true,
    }),
    encoded("animated.webp", twoPages.webp({ lossless: true }), 0, { type: "WebP", animated: true }),
    encoded("photo.avif", solid().avif({ quality: 90 }), 2, {
      type: "AVIF",
      hasAlpha: false,
      animated: false,
    }),
    encoded("alpha.avif", alpha().avif({ lossless: true }), 2, { type: "AVIF", hasAlpha: true }),
  ]);
}

/** All eight EXIF orientations in every format that has them. */
export async function turnedFiles(): Promise<PictureFile[]> {
  const source = () => sharp(smooth.data, { raw: { width, height, channels: 4 } }).removeAlpha();
  const files: Promise<PictureFile>[] = [];
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
    const marked = () => source().withMetadata({ orientation });
    const size = orientation >= 5 ? { width: height, height: width } : { width, height };
    const header = { orientation, ...size };
    files.push(
      encoded(`turned-${orientation}.jpg`, marked().jpeg({ quality: 95 }), 1, { type: "JPEG", ...header }),
      encoded(`turned-${orientation}.png`, marked().png(), 0, { type: "PNG", ...header }),
      encoded(`turned-${orientation}.webp`, marked().webp({ lossless: true }), 0, {
        type: "WebP",
        ...header,
      }),
      encoded(`turned-${orientation}.avif`, marked().avif({ quality: 95 }), 2, { type: "AVIF", ...header }),
    );
  }
  return Promise.all(files);
}

async function encoded(
  name: string,
  encoder: Sharp,
  tolerance: number,
  header: Partial<PictureHeader>,
): Promise<PictureFile> {
  const bytes = Uint8Array.from(await encoder.toBuffer());
  const { data, info } = await sharp(bytes, { ignoreIcc: true, autoOrient: true })
    .toColourspace("srgb")
    .removeAlpha()
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const expected = { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
  return { name, bytes, expected, tolerance, header };
}

/** Stored inverted, as Adobe does: ink and black multiply. */
async function cmykFile(bytes: Uint8Array<ArrayBuffer>): Promise<PictureFile> {
  const inks = await sharp(bytes, { ignoreIcc: true })
    .pipelineColourspace("cmyk")
    .toColourspace("cmyk")
    .raw()
    .toBuffer();
  const light = (pixel: number, ink: number) =>
    ((255 - inks[4 * pixel + ink]) * (255 - inks[4 * pixel + 3])) / 255;
  const expected = picture((pixel) => [0, 1, 2].map((ink) => Math.round(light(pixel, ink))));
  return { name: "cmyk.jpg", bytes, expected, tolerance: 1, header: { type: "JPEG", colour: "cmyk" } };
}
