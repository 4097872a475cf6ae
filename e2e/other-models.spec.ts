// Models that are no plain classifier with attention: a network without attention, and one whose output is an embedding.
import { expect, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import { openApp } from "./support/app.ts";
import { dropFiles, fileOf } from "./support/pictures.ts";

test(`a convolutional network: attention methods say why not, Grad-CAM is shown${missing("models", "images")}`, async ({
  page,
}) => {
  test.skip(missing("models", "images") !== "");
  const app = await openApp(page);
  await app.chooseFile(fileOf("images", "vit-explain/both.png"));
  await app.waitForMapOf("both.png");
  await dropFiles(page, [fileOf("models", "mobilenet-v2/mobilenet_v2_1.0_224_fp32_dequantized.onnx")]);
  await app.waitForMapBy("Grad-CAM");
  await expect(
    page.getByText(/^Attention rollout does not work with .*, so Grad-CAM is shown\./),
  ).toBeVisible();
  await app.openMethods();
  await expect(page.getByRole("option", { name: "Attention rollout", exact: true })).toBeDisabled();
  const group = page.getByRole("group").filter({ hasText: strings.method.families.rollout });
  await expect(group).toContainText(/Not with this model: .+\./);
  await page.keyboard.press("Escape");

  const before = await app.heatmapPixels();
  await app.pick("Feature map", "3 before the last");
  await expect.poll(() => app.heatmapPixels()).not.toBe(before);
  await expect(app.measure("faf")).toBeVisible();
});

test(`an embedding: a vector from a file is what the map is asked about${missing("models", "images", "zoo")}`, async ({
  page,
}) => {
  test.skip(missing("models", "images", "zoo") !== "");
  const app = await openApp(page);
  await dropFiles(page, [fileOf("zoo", "hf_clip_vision_proj__ts17_static.onnx")]);
  await app.chooseFile(fileOf("images", "vit-explain/both.png"));
  await app.waitForMapOf("both.png");
  await expect(app.classes.getByText(/This model names no classes/)).toBeVisible();
  const length = Number(
    /ask with a text embedding: (\d+) numbers/.exec((await app.classes.textContent()) ?? "")?.[1],
  );
  await app.chooseMethod("LeGrad");

  const load = async (values: readonly number[]) => {
    const dialog = page.waitForEvent("filechooser");
    await app.classes.getByRole("button", { name: strings.classes.loadVector }).click();
    const buffer = Buffer.from(JSON.stringify(values));
    await (await dialog).setFiles({ name: "a photo of a dog.json", mimeType: "application/json", buffer });
  };
  await load([1, 2]);
  await expect(app.classes.getByRole("alert")).toContainText(
    `The vector has 2 numbers, and the model puts out ${length}.`,
  );
  await load(Array.from({ length }, (_, index) => Math.sin(index)));
  await app.waitForMapBy("LeGrad", "a photo of a dog");
  await expect(app.classes.getByRole("alert")).toHaveCount(0);
  await expect(app.classes.getByText(/^cosine [+−][\d.]+/)).toBeVisible();
  await app.classes.getByRole("button", { name: "Remove a photo of a dog" }).click();
  await expect(app.heatmap).not.toHaveAttribute("aria-label", /a photo of a dog/);
});
