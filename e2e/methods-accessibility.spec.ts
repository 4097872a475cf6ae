// Pickers, cards and contrasts for everybody: axe in every state, light and dark, wide and narrow; and by keyboard.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import { type App, openApp } from "./support/app.ts";
import { fileOf } from "./support/pictures.ts";

const sizes = [
  { width: 1440, height: 900 },
  { width: 360, height: 740 },
] as const;
const schemes = ["light", "dark"] as const;

for (const viewport of sizes)
  for (const colorScheme of schemes)
    test.describe(`${viewport.width} px, ${colorScheme}${missing("models", "images")}`, () => {
      test.skip(missing("models", "images") !== "");
      test.use({ viewport, colorScheme });

      test("choosing methods and classes: nothing to complain about", async ({ page }) => {
        const app = await openDogAndCat(page);
        await test.step("the list of methods", async () => {
          await showTab(page, strings.method.title);
          await app.openMethods();
          await isAccessible(page);
          await app.methodSearch.fill("grad");
          await page.getByRole("option", { name: "Gradient rollout", exact: true }).click();
          await app.waitForMapBy("Gradient rollout");
        });
        await test.step("a method's card", async () => {
          await app.method.getByRole("button", { name: "About Gradient rollout" }).click();
          await expect(app.method.getByRole("link")).toBeVisible();
          await isAccessible(page);
        });
        await test.step("the list of classes", async () => {
          await showTab(page, strings.classes.title);
          await app.openClasses();
          await app.classSearch.fill("dog");
          await expect(page.getByRole("option").first()).toBeVisible();
          await isAccessible(page);
          await page.keyboard.press("Escape");
          await page.keyboard.press("Escape");
        });
        await test.step("a contrast", async () => {
          await app.pin("Bullmastiff").click();
          await app.pin("tiger cat").click();
          await app.choice(strings.classes.compare, strings.classes.contrast.label).click();
          await expect(app.heatmap).toHaveAttribute("aria-label", /Bullmastiff minus tiger cat/);
          await isAccessible(page);
        });
      });
    });

test(`a method and a class are chosen by keyboard alone${missing("models", "images")}`, async ({ page }) => {
  test.skip(missing("models", "images") !== "");
  const app = await openDogAndCat(page);
  await app.method.getByRole("button", { name: new RegExp(`${strings.method.title}$`) }).focus();
  await page.keyboard.press("Enter");
  await expect(app.methodSearch).toBeFocused();
  await page.keyboard.type("gradient ro");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await app.waitForMapBy("Gradient rollout", "Bullmastiff");
  await app.classes.getByRole("button", { name: /^Search \d+ classes$/ }).focus();
  await page.keyboard.press("Enter");
  await expect(app.classSearch).toBeFocused();
  await page.keyboard.type("tiger cat");
  await expect(page.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await app.waitForMapBy("Gradient rollout", "tiger cat");
  await expect(page.getByRole("listbox")).toHaveCount(0);
});

async function openDogAndCat(page: Page): Promise<App> {
  const app = await openApp(page);
  await showTab(page, strings.pictures.title);
  await app.chooseFile(fileOf("images", "vit-explain/both.png"));
  await app.waitForMapOf("both.png");
  return app;
}

/** Opens a tab where the panels are tabs. */
async function showTab(page: Page, name: string): Promise<void> {
  const tab = page.getByRole("tab", { name, exact: true });
  if ((await tab.count()) > 0) await tab.click();
}

/** No violation of any of axe's rules, and nothing that makes the page scroll sideways. */
async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
  expect(found).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, "nothing scrolls sideways").toBeLessThanOrEqual(0);
}
