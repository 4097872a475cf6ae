// The story the app is for, on the preview server: give a picture, see what the model looked at, tune it, read the shares.
import { expect, test } from "@playwright/test";
import { missing } from "../tests/support/witnesses.ts";
import { openApp } from "./support/app.ts";
import { tellMainStory } from "./support/main-story.ts";

test.describe(`with both models${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test("from an empty page to FAF and BAF, and back with other settings", async ({ page }) => {
    await tellMainStory(page);
  });

  test("a sample of the gallery is one press away", async ({ page }) => {
    const app = await openApp(page);
    const sample = app.pictures.getByRole("button", { pressed: false }).filter({ has: page.locator("img") });
    await sample.first().click();
    await expect(app.heatmap).toBeVisible();
    await app.topClasses();
    await expect(app.measure("faf").or(page.getByTestId("no-foreground"))).toBeVisible();
  });
});
