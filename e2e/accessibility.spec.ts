// No violation that axe can find, in every state, light and dark, wide and narrow; and the whole story by keyboard.
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { strings } from "../src/ui/strings.ts";
import { missing } from "../tests/support/witnesses.ts";
import { appOn, openApp } from "./support/app.ts";
import { holdRequests } from "./support/hold-requests.ts";
import { dropFiles, fileOf } from "./support/pictures.ts";

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

      test("empty, loading, done and failed: nothing to complain about", async ({ page }) => {
        await page.context().route("**/samples/index.json", (route) => route.fulfill({ json: [] }));
        const gate = await holdRequests(page, "**/models-mirror/deit-tiny/**");
        await page.goto("./");
        const app = appOn(page);
        await test.step("loading the model", async () => {
          await expect(app.stage.getByRole("progressbar")).toBeVisible();
          await isAccessible(page);
        });
        gate.open();
        await test.step("empty", async () => {
          await expect(app.header).toContainText(/from the mirror/, { timeout: 120_000 });
          await expect(page.getByRole("heading", { name: strings.stage.empty })).toBeVisible();
          await isAccessible(page);
        });
        await test.step("done", async () => {
          await dropFiles(page, [fileOf("images", "coral/pets.jpg")]);
          await app.waitForMapOf("pets.jpg");
          await everyPanel(page, isAccessible);
        });
        await test.step("failed", async () => {
          const buffer = Buffer.from("no picture");
          await dropFiles(page, [{ name: "words.png", mimeType: "image/png", buffer }]);
          await expect(app.alert).toBeVisible();
          await isAccessible(page);
        });
      });
    });

test(`the whole story by keyboard${missing("models", "images")}`, async ({ page }) => {
  test.skip(missing("models", "images") !== "");
  const app = await openApp(page);
  await expect(app.heatmap).toBeVisible();
  const sample = app.pictures
    .getByRole("button", { pressed: false })
    .filter({ has: page.locator("img") })
    .first();
  const title = (await sample.getAttribute("aria-label")) ?? "";
  await tabTo(page, title);
  await page.keyboard.press("Enter");
  await app.waitForMapOf(title);

  const before = await app.heatmapPixels();
  await tabTo(page, "Discard ratio");
  for (let step = 0; step < 5; step++) await page.keyboard.press("ArrowLeft");
  await expect(app.slider("Discard ratio")).toHaveValue("0.85");
  await expect.poll(() => app.heatmapPixels()).not.toBe(before);

  await tabTo(page, "Mean", { backwards: true });
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await expect(app.choice("Head fusion", "Max")).toBeChecked();

  await page.keyboard.press("o");
  await expect(app.heatmap).toHaveCSS("opacity", "0");
  await page.keyboard.press("o");
  await expect(app.heatmap).not.toHaveCSS("opacity", "0");
});

/** Looks at the page as it is, and at each tab where the panels are tabs. */
async function everyPanel(page: Page, look: (page: Page) => Promise<void>): Promise<void> {
  const tabs = page.getByRole("tab");
  if ((await tabs.count()) === 0) return look(page);
  for (const tab of await tabs.all()) {
    await tab.click();
    await expect(tab).toHaveAttribute("aria-selected", "true");
    await look(page);
  }
}

/** No violation of any of axe's rules, and nothing that makes the page scroll sideways. */
async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
  expect(found).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, "nothing scrolls sideways").toBeLessThanOrEqual(0);
}

/** Presses Tab until the focus is on what has this name, which shows that it can be reached at all. */
async function tabTo(page: Page, name: string, { backwards = false } = {}): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press(backwards ? "Shift+Tab" : "Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      const labelled = (element?.getAttribute("aria-labelledby") ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.textContent ?? "");
      const labels = [...(element?.labels ?? [])].map(({ textContent }) => textContent ?? "");
      return [element?.getAttribute("aria-label") ?? "", element?.textContent ?? "", ...labels, ...labelled];
    });
    if (focused.some((text) => text.trim() === name)) return;
  }
  throw new Error(`${name} cannot be reached with the Tab key`);
}
