// No mirror, no hub within reach: the page says what is missing and how to get it, and works once it is there.
import { expect, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import type { RunningHost } from "../tools/static-server.ts";
import { appOn } from "./support/app.ts";
import { isolationHeaders, serveApp } from "./support/built-app.ts";
import { dropFiles, emptyPicture, fileOf } from "./support/pictures.ts";

let host: RunningHost | undefined;

test.beforeEach(async ({ context }) => {
  await context.route(/^https:/, (route) => route.abort("internetdisconnected"));
  host = await serveApp({ headers: isolationHeaders });
});
test.afterEach(async () => host?.close());

test("says plainly what is missing, and three ways to get it", async ({ page }) => {
  await page.goto(host?.url ?? "");
  const { alert } = appOn(page);
  await expect(alert.getByRole("heading", { name: strings.trouble.noModelTitle })).toBeVisible();
  await expect(alert).toContainText("DeiT-Tiny");
  await expect(alert).toContainText("MODEL_MIRROR=path/to/models npm start");
  for (const { text } of strings.trouble.ways) await expect(alert.getByText(text)).toBeVisible();
  await expect(alert).not.toContainText(/undefined|\[object|at .*:\d+/);
});

test("a picture that is given waits, and nothing crashes", async ({ page }) => {
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(host?.url ?? "");
  const app = appOn(page);
  await expect(app.alert).toBeVisible();
  await dropFiles(page, [await emptyPicture()]);
  await expect(app.alert).toContainText(strings.trouble.noModelTitle);
  await app.alert.getByRole("button", { name: strings.trouble.retry }).click();
  await expect(app.alert).toContainText(strings.trouble.noModelTitle);
  expect(errors).toEqual([]);
});

test(`an own model is enough for a map${missing("zoo")}`, async ({ page }) => {
  test.skip(missing("zoo") !== "");
  await page.goto(host?.url ?? "");
  const app = appOn(page);
  await expect(app.alert).toBeVisible();
  await dropFiles(page, [await emptyPicture()]);
  await dropFiles(page, [fileOf("zoo", "hf_deit__ts14_dyn.onnx")]);
  await app.waitForMapOf("fog.png");
  await expect(app.foreground.getByRole("alert"), "the detector is still missing").toContainText(
    "Mask R-CNN2Go",
  );
});
