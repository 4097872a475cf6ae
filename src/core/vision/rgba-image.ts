// The one picture type that core works on: 8-bit RGBA, the layout of a canvas' ImageData.

/** 8-bit picture, row-major, interleaved R G B A. Alpha is carried along and ignored by the models. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  /** `4 * width * height` bytes. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}
