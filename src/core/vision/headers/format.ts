// What one picture format must tell about a file before anything is decoded.
import type { ByteView } from "./byte-view.ts";

/** EXIF orientation: 1 is upright, 3 upside down, 6 a quarter turn clockwise to be upright, 2, 4, 5, 7 mirrored. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Facts from a file's header. Sizes are as stored, before the orientation. */
export interface StoredPicture {
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** Where the orientation stands as a 16-bit EXIF value; absent where there is none, or it is no EXIF value. */
  readonly orientationField?: OrientationField;
  /** More than one frame. */
  readonly animated: boolean;
  /** Pixels may be transparent. True where in doubt. */
  readonly hasAlpha: boolean;
  /** Bits of one colour sample as stored; of one palette index where there is a palette. */
  readonly bitDepth: number;
  readonly colour: "grey" | "rgb" | "palette" | "cmyk";
  /** GIF only: the colour, R G B, that its transparent pixels and those outside its first frame have in the file. */
  readonly hiddenColour?: readonly [number, number, number];
}

/** A 16-bit value in the file, in the byte order of its EXIF block. */
export interface OrientationField {
  readonly offset: number;
  readonly littleEndian: boolean;
}

/** How one format is recognised and read. */
export interface PictureFormat<Type extends string = string> {
  readonly type: Type;
  readonly mimeType: string;
  /** Whether the file starts as this format does. */
  readonly matches: (bytes: Uint8Array) => boolean;
  /**
   * Reads the header, and follows the file's structure far enough to see that the first picture is there in full.
   * @throws image/truncated, image/decode-failed
   */
  readonly read: (view: ByteView) => StoredPicture;
}

/** Identity that keeps the literal type. */
export function defineFormat<const Type extends string>(format: PictureFormat<Type>): PictureFormat<Type> {
  return format;
}
