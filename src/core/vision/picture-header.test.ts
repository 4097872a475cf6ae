import { describe, expect, it } from "vitest";
import { noisePicture } from "../../../tests/support/pictures/noise.ts";
import { pictureFiles } from "../../../tests/support/pictures/picture-files.ts";
import { writeBmp } from "../../../tests/support/pictures/write-bmp.ts";
import { chunk, writePng } from "../../../tests/support/pictures/write-png.ts";
import { type ErrorCode, isXaiError } from "../errors.ts";
import { readPictureHeader } from "./picture-header.ts";

const files = await pictureFiles();
const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe("readPictureHeader", () => {
  it.each(files.map((file) => [file.name, file] as const))("reads %s", (_, { bytes, expected, header }) => {
    const { width, height } = expected;
    expect(readPictureHeader(bytes)).toMatchObject({ orientation: 1, width, height, ...header });
  });

  it.each(files.map((file) => [file.name, file] as const))(
    "accepts garbage after %s",
    (_, { bytes, header }) => {
      const longer = new Uint8Array([...bytes, ...ascii("something else"), 0, 0, 0, 0xff]);
      expect(readPictureHeader(longer)).toMatchObject(header);
    },
  );

  it.each(files.map((file) => [file.name, file] as const))("refuses halves of %s", (_, { bytes }) => {
    // The second frame of an animation is not needed: cut so that the first one is hurt.
    const { animated } = readPictureHeader(bytes);
    const share = animated ? 0.3 : 0.5;
    expect(codeOf(bytes.subarray(0, Math.floor(share * bytes.length)))).toBe("image/truncated");
  });

  it.each(
    files
      // Nobody misses the last bytes of these: the check sum of the last chunk, the trailer, the second frame.
      .filter(({ header }) => header.type !== "PNG" && header.type !== "GIF")
      .map((file) => [file.name, file] as const),
  )("refuses %s without its last byte", (_, { bytes }) => {
    expect(codeOf(bytes.subarray(0, -1))).toBe("image/truncated");
  });

  it("refuses a PNG without its last chunk", () => {
    const png = files.find(({ name }) => name === "rgb.png")!.bytes;
    expect(codeOf(png.subarray(0, -12))).toBe("image/truncated");
    expect(codeOf(png.subarray(0, -4))).toBeUndefined();
  });

  it("refuses more than 100 megapixels by the header alone", () => {
    const bytes = writePng({ width: 1, height: 1, colourType: 0, bitDepth: 8, samples: [0] });
    const bomb = (width: number, height: number) => {
      const view = new DataView(bytes.slice().buffer);
      view.setUint32(16, width);
      view.setUint32(20, height);
      return new Uint8Array(view.buffer);
    };
    expect(readPictureHeader(bomb(10_000, 10_000)).width).toBe(10_000);
    expect(() => readPictureHeader(bomb(10_001, 10_000))).toThrow(
      expect.objectContaining({
        code: "image/too-large",
        details: { width: 10_001, height: 10_000, limitMegapixels: 100 },
      }),
    );
    expect(codeOf(bomb(0xffffffff, 0xffffffff))).toBe("image/too-large");
    expect(codeOf(bomb(0, 5))).toBe("image/decode-failed");
  });

  it("refuses an empty file", () => {
    expect(codeOf(new Uint8Array())).toBe("image/empty");
  });

  it("names the first bytes of what it does not know", () => {
    expect(() => readPictureHeader(ascii("Dear all"))).toThrow(
      expect.objectContaining({
        code: "image/unknown-type",
        details: { firstBytes: "44 65 61 72 20 61 6c 6c" },
      }),
    );
  });

  it.each([
    ["HEIC", brandBox("heic", "mif1", "heic")],
    ["HEIC", brandBox("mif1", "mif1", "heic")],
    ["HEIF", brandBox("mif1", "mif1")],
    ["MP4 or QuickTime video", brandBox("isom", "iso2", "mp41")],
    ["SVG", ascii('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ["SVG", ascii('\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by hand -->\n<svg:svg xmlns:svg="x"/>')],
    ["SVG", ascii('<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x">\n<svg/>')],
    ["HTML page", ascii("<!DOCTYPE html><html><svg></svg></html>")],
    ["TIFF or camera raw", Uint8Array.of(0x49, 0x49, 0x2a, 0, 8, 0, 0, 0)],
    ["TIFF or camera raw", Uint8Array.of(0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8)],
    ["PDF", ascii("%PDF-1.7")],
    ["JPEG XL", Uint8Array.of(0xff, 0x0a, 0, 0)],
    ["JPEG XL", Uint8Array.of(0, 0, 0, 12, 0x4a, 0x58, 0x4c, 0x20, 13, 10, 0x87, 10)],
    ["icon (ICO)", Uint8Array.of(0, 0, 1, 0, 1, 0)],
    ["Photoshop (PSD)", ascii("8BPS\0\u0001")],
    ["Netpbm", ascii("P6 2 2 255\n")],
    ["ZIP archive", ascii("PK\u0003\u0004")],
    ["WAV sound", ascii("RIFF\0\0\0\0WAVEfmt ")],
  ])("says that %s cannot be read", (type, bytes) => {
    expect(() => readPictureHeader(bytes)).toThrow(
      expect.objectContaining({ code: "image/unsupported-type", details: { type } }),
    );
  });

  it("ignores an EXIF block that makes no sense", () => {
    const samples = [0];
    const broken = (exif: Uint8Array) =>
      writePng({ width: 1, height: 1, colourType: 0, bitDepth: 8, samples, chunks: [["eXIf", exif]] });
    const orientationTen = Uint8Array.from([
      0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0,
    ]);
    const endless = Uint8Array.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0xff, 0xff]);
    for (const exif of [orientationTen, endless, ascii("MM"), new Uint8Array(30)]) {
      expect(readPictureHeader(broken(exif)).orientation).toBe(1);
    }
  });

  it("is not led astray by a JPEG thumbnail inside a segment", () => {
    const jpeg = files.find(({ name }) => name === "photo.jpg")!.bytes;
    const thumbnail = files.find(({ name }) => name === "turned-6.jpg")!.bytes;
    const length = thumbnail.length + 2;
    const segment = [0xff, 0xe2, length >> 8, length & 255, ...thumbnail];
    const nested = Uint8Array.from([...jpeg.subarray(0, 2), ...segment, ...jpeg.subarray(2)]);
    expect(readPictureHeader(nested)).toMatchObject({ width: 37, height: 29, orientation: 1 });
  });

  it("calls a PNG without image data broken", () => {
    const png = files.find(({ name }) => name === "rgb.png")!.bytes;
    const empty = Uint8Array.from([...png.subarray(0, 33), ...chunk("IEND", new Uint8Array())]);
    expect(codeOf(empty)).toBe("image/decode-failed");
  });

  it("does not take every text that begins with BM for a BMP", () => {
    expect(codeOf(ascii("BMW is not a picture format at all"))).toBe("image/unknown-type");
    expect(readPictureHeader(writeBmp(noisePicture(3, 2), "rgb")).type).toBe("BMP");
  });
});

function codeOf(bytes: Uint8Array): ErrorCode | undefined {
  try {
    readPictureHeader(bytes);
    return undefined;
  } catch (error) {
    if (isXaiError(error)) return error.code;
    throw error;
  }
}

function brandBox(major: string, ...compatible: readonly string[]): Uint8Array {
  const text = `ftyp${major}\0\0\0\0${compatible.join("")}`;
  return Uint8Array.from([0, 0, 0, text.length + 4, ...ascii(text), ...ascii("\0\0\0\x08free")]);
}
