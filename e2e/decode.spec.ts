// Every kind of picture file through the browser's decoder: the pixels must be those of the file.
import { resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { build } from "vite";
import { noisePicture } from "../tests/support/pictures/noise.ts";
import type { PictureFile } from "../tests/support/pictures/picture-file.ts";
import { pictureFiles } from "../tests/support/pictures/picture-files.ts";
import { writePng } from "../tests/support/pictures/write-png.ts";
import type { DecodeAnswer } from "./harness/decode-worker.ts";

const address = "http://localhost:5303/";
let worker: string;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  worker = await bundle(resolve(import.meta.dirname, "harness/decode-worker.ts"));
});

test.beforeEach(async ({ context, page }) => {
  // Served from memory: no port is opened.
  await context.route(`${address}**`, (route) =>
    route.request().url().endsWith("worker.js")
      ? route.fulfill({ contentType: "text/javascript", body: worker })
      : route.fulfill({ contentType: "text/html", body: "<!doctype html><title>decode</title>" }),
  );
  await page.goto(address);
});

test("pixels of every kind of picture are those of the file", async ({ page }) => {
  const wrong: string[] = [];
  for (const file of await pictureFiles()) {
    // As a file dialog hands it over, and as a source that knows no type does.
    for (const type of [`image/${file.header.type?.toLowerCase()}`, ""]) {
      const fault = describeFault(await decode(page, file.bytes, type), file);
      if (fault !== undefined) wrong.push(`${file.name} as "${type}": ${fault}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("a file with the wrong type is what its bytes say", async ({ page }) => {
  const [file] = await pictureFiles();
  const wrong = file.header.type === "PNG" ? "image/jpeg" : "image/png";
  expect(describeFault(await decode(page, file.bytes, wrong), file)).toBeUndefined();
  expect(describeFault(await decode(page, file.bytes, "text/html"), file)).toBeUndefined();
});

test("pictures larger than a tile are put together without a seam", async ({ page }) => {
  for (const [width, height] of [
    [4500, 40],
    [40, 8300],
  ]) {
    for (const colourType of [2, 6] as const) {
      const image = noisePicture(width, height, 7, colourType === 6);
      const samples = image.data.filter((_, index) => colourType === 6 || index % 4 !== 3);
      const bytes = writePng({ width, height, colourType, bitDepth: 8, samples });
      const answer = await decode(page, bytes);
      const header = { type: "PNG", hasAlpha: colourType === 6 } as const;
      expect(
        describeFault(answer, { name: "", bytes, expected: image, tolerance: 0, header }),
      ).toBeUndefined();
    }
  }
});

test("what cannot be decoded is refused with its reason", async ({ page }) => {
  const files = new Map((await pictureFiles()).map(({ name, bytes }) => [name, bytes]));
  const half = (name: string) => files.get(name)!.subarray(0, files.get(name)!.length >> 1);
  const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const heic = Uint8Array.from([0, 0, 0, 24, ...ascii("ftypheic\0\0\0\0mif1heic")]);
  // The header is sound, the data behind it is not.
  const scrambled = files.get("rgb.png")!.map((byte, index) => (index > 60 && index < 2000 ? 0x55 : byte));
  for (const [bytes, code] of [
    [new Uint8Array(), "image/empty"],
    [ascii("Dear all"), "image/unknown-type"],
    [heic, "image/unsupported-type"],
    [ascii("<svg xmlns='http://www.w3.org/2000/svg'/>"), "image/unsupported-type"],
    [half("photo.jpg"), "image/truncated"],
    [half("rgb.png"), "image/truncated"],
    [half("lossy.webp"), "image/truncated"],
    [half("still.gif"), "image/truncated"],
    [half("photo.avif"), "image/truncated"],
    [half("rgb.bmp"), "image/truncated"],
    [scrambled, "image/decode-failed"],
  ] as const) {
    expect(await decode(page, bytes)).toMatchObject({ code });
  }
});

test("a cut file is refused if the decoder refuses it, and shown if it does not", async ({ page }) => {
  for (const { name, bytes, header } of await pictureFiles()) {
    for (const missing of [1, 8, 100]) {
      const cut = bytes.subarray(0, -missing);
      const refused = "code" in (await decode(page, cut));
      const decodes = await page.evaluate(decodesNatively, [...cut]);
      // Where only the EXIF block at an AVIF's end is cut, the decoder does not notice.
      if (header.type === "AVIF" && decodes) continue;
      expect(refused, `${name} without its last ${missing} bytes`).toBe(!decodes);
    }
  }
});

function decodesNatively(bytes: readonly number[]): Promise<boolean> {
  return createImageBitmap(new Blob([Uint8Array.from(bytes)])).then(
    () => true,
    () => false,
  );
}

/** The worker script as the app's build makes it. */
async function bundle(entry: string): Promise<string> {
  const lib = { entry, formats: ["es" as const], fileName: "worker" };
  const built = await build({ configFile: false, logLevel: "error", build: { write: false, lib } });
  const [{ output }] = built as unknown as readonly [
    { readonly output: readonly { readonly code: string }[] },
  ];
  return output[0].code;
}

/** Decodes in a fresh worker. Bytes cross to the page as base64: long arrays would be slow. */
async function decode(page: Page, bytes: Uint8Array, type = ""): Promise<DecodeAnswer> {
  const given = { base64: Buffer.from(bytes).toString("base64"), type };
  const answer = await page.evaluate(async ({ base64, type }) => {
    const toText = (data: Uint8ClampedArray) => {
      let text = "";
      for (let start = 0; start < data.length; start += 8192) {
        text += String.fromCharCode(...data.subarray(start, start + 8192));
      }
      return btoa(text);
    };
    const file = new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type });
    const worker = new Worker("worker.js", { type: "module" });
    const answer = await new Promise<DecodeAnswer>((done, fail) => {
      worker.onmessage = ({ data }) => done(data);
      worker.onerror = ({ message }) => fail(new Error(message));
      worker.postMessage(file);
    });
    worker.terminate();
    if ("code" in answer) return answer;
    return {
      ...answer,
      data: toText(answer.data),
      drawn: { ...answer.drawn, data: toText(answer.drawn.data) },
    };
  }, given);
  if ("code" in answer) return answer;
  const fromText = (text: string) => new Uint8ClampedArray(Buffer.from(text, "base64"));
  return {
    ...answer,
    data: fromText(answer.data),
    drawn: { ...answer.drawn, data: fromText(answer.drawn.data) },
  };
}

/** What differs from the expected pixels, in words. */
function describeFault(answer: DecodeAnswer, { expected, tolerance }: PictureFile): string | undefined {
  if ("code" in answer) return `refused: ${answer.code} ${JSON.stringify(answer.details)}`;
  for (const [name, { width, height, data }] of [
    ["pixels", answer],
    ["bitmap", answer.drawn],
  ] as const) {
    if (width !== expected.width || height !== expected.height) return `${name}: ${width} x ${height}`;
    let largest = 0;
    for (let index = 0; index < data.length; index++) {
      const target = index % 4 === 3 ? 255 : expected.data[index];
      largest = Math.max(largest, Math.abs(data[index] - target));
    }
    if (largest > tolerance) return `${name}: ${largest} levels off`;
  }
  const { width, height } = answer.header;
  return width === answer.width && height === answer.height ? undefined : `header says ${width} x ${height}`;
}
