// Pictures for the stories: files as a person has them, dropped, pasted and chosen.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Page } from "@playwright/test";
import sharp from "sharp";
import { witnesses } from "../../tests/support/witnesses.ts";

/** A file as the page gets it. */
export interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const mimeTypes: Readonly<Record<string, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  bmp: "image/bmp",
  onnx: "application/octet-stream",
};

/** A file of the witnesses' folders. */
export function fileOf(folder: "images" | "zoo" | "models", path: string): GivenFile {
  const name = basename(path);
  const mimeType = mimeTypes[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
  return { name, mimeType, buffer: readFileSync(join(witnesses[folder], path)) };
}

/** A picture without any object in it: soft noise. */
export async function emptyPicture(name = "fog.png"): Promise<GivenFile> {
  const noise = { type: "gaussian", mean: 128, sigma: 4 } as const;
  const create = { width: 320, height: 320, channels: 3, background: "#808080", noise } as const;
  return { name, mimeType: "image/png", buffer: await sharp({ create }).png().toBuffer() };
}

/** Drops files on the middle of the page, with all the events that a browser sends. */
export async function dropFiles(page: Page, files: readonly GivenFile[]): Promise<void> {
  const sent = files.map(({ name, mimeType, buffer }) => ({
    name,
    mimeType,
    text: buffer.toString("base64"),
  }));
  await page.evaluate((given) => {
    const transfer = new DataTransfer();
    for (const { name, mimeType, text } of given) {
      const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: mimeType }));
    }
    const target = document.elementFromPoint(innerWidth / 2, innerHeight / 2) ?? document.body;
    for (const type of ["dragenter", "dragover", "drop"])
      target.dispatchEvent(
        new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true }),
      );
  }, sent);
}

/** The name that Chromium gives to a picture that is pasted with the keys. */
export const pastedTitle = "image.png";

/** Puts a PNG on the clipboard and presses the keys for pasting. */
export async function pastePicture(page: Page, { buffer }: GivenFile): Promise<void> {
  await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const blob = new Blob([bytes], { type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
  }, buffer.toString("base64"));
  await page.keyboard.press("ControlOrMeta+V");
}
