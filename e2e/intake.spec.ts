// All the ways to give a file, and what is said of those that are no good: the last result stays on the page.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing, witnesses } from "../tests/support/witnesses.ts";
import { changedPixels, openApp } from "./support/app.ts";
import {
  dropFiles,
  emptyPicture,
  fileOf,
  type GivenFile,
  pastedTitle,
  pastePicture,
} from "./support/pictures.ts";

const plane = "vit-explain/plane.png";

function asFile(name: string, text: string | Buffer, mimeType = "image/png"): GivenFile {
  return { name, mimeType, buffer: Buffer.from(text) };
}

test.describe(`giving files${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test("dropped, chosen and pasted, each replaces the one before", async ({ page }) => {
    const app = await openApp(page);
    await dropFiles(page, [fileOf("images", plane)]);
    await app.waitForMapOf("plane.png");
    await app.chooseFile(fileOf("images", "coral/parrot.jpg"));
    await app.waitForMapOf("parrot.jpg");
    await pastePicture(page, fileOf("images", plane));
    await app.waitForMapOf(pastedTitle);

    await app.pictures.getByRole("button", { name: "parrot.jpg, open again" }).click();
    await app.waitForMapOf("parrot.jpg");
  });

  test("the paste button takes the picture from the clipboard", async ({ page }) => {
    const app = await openApp(page);
    await pastePicture(page, fileOf("images", plane));
    await app.waitForMapOf(pastedTitle);
    const before = await app.heatmapPixels();
    await app.chooseFile(fileOf("images", "coral/parrot.jpg"));
    await changedPixels(app.heatmap, before);
    await app.pictures.getByRole("button", { name: strings.pictures.paste }).click();
    await app.waitForMapOf(strings.pictures.pasted);
    await expect.poll(() => app.heatmapPixels()).toBe(before);
  });

  test("a picture with nothing in it: a state, not a number", async ({ page }) => {
    const app = await openApp(page);
    await dropFiles(page, [await emptyPicture()]);
    await app.waitForMapOf("fog.png");
    await expect(page.getByTestId("no-foreground")).toHaveText(strings.foreground.noneFound);
    await expect(app.measure("faf")).toHaveCount(0);
  });

  const png = (): Buffer => readFileSync(join(witnesses.images, plane));
  const bad: readonly { readonly file: () => GivenFile; readonly says: RegExp }[] = [
    { file: () => asFile("empty.png", ""), says: /The file is empty/ },
    { file: () => asFile("notes.png", "just some words"), says: /not a picture/ },
    {
      file: () => asFile("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
      says: /SVG|not a picture/,
    },
    { file: () => asFile("half.png", png().subarray(0, 20_000)), says: /ends too early|could not decode/ },
    { file: () => asFile("bomb.png", hugeHeader(png())), says: /60000 × 60000 pixels.*100 megapixels/ },
    { file: () => asFile("model.onnx", "no protobuf"), says: /not an ONNX model|ends too early/ },
    {
      file: () =>
        asFile("pointer.onnx", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
      says: /Git LFS/,
    },
    { file: () => asFile("page.onnx", "<!doctype html><html></html>"), says: /web page/ },
  ];

  test("bad files are refused with a sentence, and the last result stays", async ({ page }) => {
    const app = await openApp(page);
    await app.chooseFile(fileOf("images", plane));
    await app.waitForMapOf("plane.png");
    const before = await app.heatmapPixels();
    const classes = await app.topClasses();
    for (const { file, says } of bad) {
      const given = file();
      await test.step(given.name, async () => {
        await dropFiles(page, [given]);
        await expect(app.alert).toContainText(says);
        await expect(app.alert).not.toContainText(/\bat .*:\d+|Error:/);
        expect(await app.heatmapPixels()).toBe(before);
        expect(await app.topClasses()).toEqual(classes);
        await app.alert
          .getByRole("button", { name: /^(Dismiss|Use DeiT-Tiny)$/ })
          .first()
          .click();
        await expect(app.alert).toHaveCount(0);
      });
    }
    await app.chooseFile(fileOf("images", "coral/parrot.jpg"));
    await app.waitForMapOf("parrot.jpg");
  });

  test(`an own ONNX model from the exporters' zoo${missing("zoo")}`, async ({ page }) => {
    test.skip(missing("zoo") !== "");
    const app = await openApp(page);
    await app.chooseFile(fileOf("images", plane));
    await app.waitForMapOf("plane.png");
    const before = await app.heatmapPixels();
    await dropFiles(page, [fileOf("zoo", "hf_deit__ts14_dyn.onnx")]);
    await expect(app.header).toContainText("own file");
    await changedPixels(app.heatmap, before);
    await app.waitForMapOf("plane.png");
    await expect(app.classes.getByRole("listitem").first()).toContainText(/class \d+/);
    await app.pick(strings.header.model, "DeiT-Tiny");
    await expect.poll(() => app.heatmapPixels()).toBe(before);
  });
});

/** The header of a PNG that claims 60000 x 60000 pixels: refused before anything is decoded. */
function hugeHeader(png: Buffer): Buffer {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(60_000, 16);
  copy.writeUInt32BE(60_000, 20);
  return copy;
}
