// What leaves the page as a file says what the page shows: pictures by their pixels, maps by their numbers.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, type TestInfo, test } from "@playwright/test";
import { strFromU8, unzipSync } from "fflate";
import sharp from "sharp";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import { openApp } from "./support/app.ts";
import { dropFiles, fileOf } from "./support/pictures.ts";
import { recordWorkerAnswers, workerAnswers } from "./support/worker-answers.ts";

const words = strings.export;
const python = spawnSync("python3", ["-c", "import numpy"]).status === 0;

test.describe(`with both models${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test("every file says what the page shows", async ({ page }, info) => {
    await recordWorkerAnswers(page);
    const app = await openApp(page);
    await dropFiles(page, [fileOf("images", "chefer/catdog.png")]);
    await app.waitForMapOf("catdog.png");
    await app.chooseMethod("Gradient rollout");
    await expect(app.measure("faf")).toBeVisible();
    const { values } = await workerAnswers(page);
    await openExport(page);

    await test.step("NPY: NumPy reads the worker's very map", async () => {
      const path = await save(page, info, words.npy);
      expect(path).toMatch(/catdog-gradient-rollout\.npy$/);
      const bytes = Uint8Array.from(readFileSync(path));
      const read = new Float32Array(bytes.buffer.slice(bytes.length - 4 * values.length));
      expect([...read]).toEqual([...values]);
      if (!python) return;
      const script =
        "import json, sys, numpy; a = numpy.load(sys.argv[1]); print(json.dumps([a.dtype.str, a.shape, a.ravel().astype('f8').tolist()]))";
      const { stdout } = spawnSync("python3", ["-c", script, path], { encoding: "utf8" });
      expect(JSON.parse(stdout)).toEqual(["<f4", [14, 14], [...values]]);
    });

    await test.step("JSON: the same map, every parameter, and the model's hash", async () => {
      const document = JSON.parse(readFileSync(await save(page, info, words.json), "utf8"));
      const [panel] = document.panels;
      expect(panel.map.values.flat().map(Math.fround)).toEqual([...values]);
      expect(panel.terms[0].options).toMatchObject({ discardRatio: expect.any(Number) });
      expect(panel.terms[0].target).toMatchObject({ kind: "class", probability: expect.any(Number) });
      expect(panel.model.files[0].sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(document.link).toContain("method=gradient-rollout");
      expect(panel.scores.faf).toBeCloseTo(await app.numberOf(app.measure("faf")), 3);
    });

    await test.step("CSV: the scores that are on the page", async () => {
      const [head, row] = readFileSync(await save(page, info, words.csv), "utf8").split("\r\n");
      // No cell before these holds a comma in quotes.
      expect(head.split(",").slice(-8, -3)).toEqual(["faf", "baf", "area", "lift", "objects"]);
      expect(row).toContain((await app.measure("faf").textContent())?.slice(0, 4) ?? "");
      expect(row).toContain("cat; dog");
    });

    await test.step("PNG: as large as it says, with and without legend", () => pictures(page, info));
    await test.step("SVG: renders, with the caption as it was rewritten", () => figure(page, info));

    await test.step("ZIP: all of it", async () => {
      const files = unzipSync(new Uint8Array(readFileSync(await save(page, info, words.zip))));
      const names = Object.keys(files).map((name) => name.replace("catdog-gradient-rollout", "*"));
      expect(names.sort()).toEqual([
        "*-probabilities.csv",
        "*-scores.csv",
        "*.json",
        "*.png",
        "*.svg",
        "maps/1-gradient-rollout-foreground.npy",
        "maps/1-gradient-rollout.npy",
      ]);
      const lines = strFromU8(files["catdog-gradient-rollout-probabilities.csv"]).trim().split("\r\n");
      expect(lines).toHaveLength(1001);
    });

    await test.step("clipboard: the picture", async () => {
      await page.getByRole("button", { name: words.copy }).click();
      await expect(page.getByRole("dialog").getByText(words.copied)).toBeVisible();
      const type = await page.evaluate(async () => (await navigator.clipboard.read())[0].types.join());
      expect(type).toContain("image/png");
    });
  });

  test("the keys save without the dialog", async ({ page }) => {
    const app = await openApp(page);
    await expect(app.heatmap).toBeVisible();
    for (const [keys, ending] of [
      ["Control+Shift+E", ".png"],
      ["Control+Alt+E", ".svg"],
    ]) {
      const download = page.waitForEvent("download");
      await page.keyboard.press(keys);
      expect((await download).suggestedFilename().endsWith(ending)).toBe(true);
    }
  });

  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 360, height: 740 },
  ])
    for (const colorScheme of ["light", "dark"] as const)
      test.describe(`${viewport.width} px, ${colorScheme}`, () => {
        test.use({ viewport, colorScheme });
        test("the dialog has nothing to complain about, and gives the focus back", async ({ page }) => {
          const app = await openApp(page);
          await expect(app.heatmap).toBeVisible();
          const button = page.getByRole("button", { name: words.open, exact: true });
          await button.focus();
          await page.keyboard.press("Enter");
          await expect(page.getByTestId("export-preview")).toBeVisible();
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual(
            [],
          );
          const dialog = page.getByRole("dialog");
          const overflow = await dialog.evaluate((element) => element.scrollWidth - element.clientWidth);
          expect(overflow, "nothing scrolls sideways").toBeLessThanOrEqual(0);
          await page.keyboard.press("Escape");
          await expect(button).toBeFocused();
        });
      });
});

async function pictures(page: Page, info: TestInfo): Promise<void> {
  const dialog = page.getByRole("dialog");
  const sizes: number[] = [];
  for (const scale of ["1×", "4×"]) {
    await dialog.getByRole("radio", { name: scale }).click();
    const said = (await dialog.getByText(/^\d+ × \d+ pixels$/).textContent()) ?? "";
    const { width = 0, height = 0 } = await sharp(await save(page, info, words.png)).metadata();
    expect(said).toBe(`${width} × ${height} pixels`);
    sizes.push(width);
  }
  expect(sizes[1]).toBe(4 * sizes[0]);
  await dialog.getByText(words.legend, { exact: true }).click();
  await dialog.getByRole("radio", { name: "1×" }).click();
  const bare = sharp(await save(page, info, words.png));
  expect(await bare.metadata()).toMatchObject({ width: 448, height: 448 });
  const { channels } = await bare.stats();
  // Neither empty nor the bare photograph: a map in colours lies over it.
  expect(Math.max(...channels.slice(0, 3).map(({ stdev }) => stdev))).toBeGreaterThan(20);
}

async function figure(page: Page, info: TestInfo): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(words.caption).fill("Figure 3. Cat <&> dog.");
  const path = await save(page, info, words.svg);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(">Figure 3. Cat &#60;&#38;&#62; dog.</text>");
  expect(text.match(/href="data:image\/(png|jpeg);base64,/g)).toHaveLength(2);
  const { width = 0, height = 0 } = await sharp(path).metadata();
  expect(width).toBe(480);
  expect(height).toBeGreaterThan(520);
  const { channels } = await sharp(path).stats();
  expect(Math.max(...channels.slice(0, 3).map(({ stdev }) => stdev))).toBeGreaterThan(20);
}

async function openExport(page: Page): Promise<void> {
  await page.getByRole("button", { name: words.open, exact: true }).click();
  await expect(page.getByTestId("export-preview")).toBeVisible();
}

/** Presses the button of that name and keeps the file. @returns its path. */
async function save(page: Page, info: TestInfo, name: string): Promise<string> {
  const download = page.waitForEvent("download");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: new RegExp(`^${name}(:|$)`) })
    .click();
  const file = await download;
  const path = info.outputPath(`${Math.random().toString(36).slice(2)}-${file.suggestedFilename()}`);
  await file.saveAs(path);
  return path;
}
