// Writes BMP files, for tests.
import type { RgbaImage } from "../../../src/core/vision/rgba-image.ts";

/** 24 bits a pixel, or 32 with an alpha mask in a version 4 header; rows from the bottom unless `topDown`. */
export function writeBmp(image: RgbaImage, kind: "rgb" | "rgba", topDown = false): Uint8Array<ArrayBuffer> {
  const { width, height, data } = image;
  const channels = kind === "rgb" ? 3 : 4;
  const headerSize = kind === "rgb" ? 40 : 108;
  const rowBytes = 4 * Math.ceil((channels * width) / 4);
  const start = 14 + headerSize;
  const bytes = new Uint8Array(start + rowBytes * height);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, start, true);
  view.setUint32(14, headerSize, true);
  view.setInt32(18, width, true);
  view.setInt32(22, topDown ? -height : height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 8 * channels, true);
  if (kind === "rgba") {
    view.setUint32(30, 3, true);
    [0xff0000, 0xff00, 0xff, 0xff000000].forEach((mask, index) => {
      view.setUint32(54 + 4 * index, mask, true);
    });
    // "Win ": the colour space of the system.
    view.setUint32(70, 0x57696e20, true);
  }
  for (let row = 0; row < height; row++) {
    const to = start + (topDown ? row : height - 1 - row) * rowBytes;
    for (let column = 0; column < width; column++) {
      const from = 4 * (row * width + column);
      const pixel = [data[from + 2], data[from + 1], data[from], data[from + 3]];
      bytes.set(pixel.slice(0, channels), to + channels * column);
    }
  }
  return bytes;
}
