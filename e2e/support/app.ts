// The page as a person sees it: its parts by their names, and what can be read from them.
import { expect, type Locator, type Page } from "@playwright/test";
import { strings } from "../../src/ui/strings.ts";
import type { GivenFile } from "./pictures.ts";

/** Loading the runtime and the model takes a second or two, and much longer on a busy machine. */
const startTimeout = 120_000;

/** Parts and readings of one page that runs the app. */
export type App = ReturnType<typeof appOn>;

/** Wraps a page; opens nothing. */
export function appOn(page: Page) {
  const stage = page.getByRole("region", { name: strings.stage.title, exact: true });
  const region = (name: string) => page.getByRole("region", { name, exact: true });
  const classes = region(strings.classes.title);
  const method = region(strings.method.title);
  const foreground = region(strings.foreground.title);
  const heatmap = page.getByTestId("heatmap");
  return {
    page,
    stage,
    classes,
    method,
    foreground,
    heatmap,
    outline: page.getByTestId("outline"),
    alert: page.getByRole("alert"),
    header: page.getByRole("banner"),
    pictures: region(strings.pictures.title),
    measure: (name: "faf" | "baf" | "area" | "lift") => page.getByTestId(name),
    instances: foreground.getByRole("checkbox"),
    slider: (label: string) => page.getByRole("slider", { name: label, exact: true }),
    choice: (label: string, value: string) =>
      page
        .getByRole("radiogroup", { name: label, exact: true })
        .getByRole("radio", { name: value, exact: true }),
    toggle: (label: string) => page.getByRole("switch", { name: label, exact: true }),
    /** The button that shows a closed list's choice. */
    list: (label: string) => page.getByRole("button", { name: new RegExp(`^(?!About ).*${label}$`) }),
    async pick(label: string, value: string): Promise<void> {
      await this.list(label).click();
      await page.getByRole("option", { name: value, exact: false }).first().click();
    },
    /** Chooses a method in the picker, and waits for its map. */
    async chooseMethod(label: string): Promise<void> {
      await this.openMethods();
      await page.getByRole("option", { name: label, exact: true }).click();
      await this.waitForMapBy(label);
    },
    classSearch: page.getByRole("combobox", { name: /classes$/ }),
    /** Opens the search over all classes. */
    async openClasses(): Promise<void> {
      await classes.getByRole("button", { name: /^Search \d+ classes$/ }).click();
      await expect(this.classSearch).toBeFocused();
    },
    methodSearch: page.getByRole("combobox", { name: /methods$/ }),
    /** Opens the method picker. */
    async openMethods(): Promise<void> {
      await method.getByRole("button", { name: new RegExp(`${strings.method.title}$`) }).click();
      await expect(this.methodSearch).toBeFocused();
    },
    /** The button of one of the classes in sight. */
    classButton: (label: string) => classes.getByRole("button", { name: new RegExp(`^${label} `) }),
    pin: (label: string) => classes.getByRole("button", { name: new RegExp(`^Pin ${label},`) }),
    /** Waits until the map of this method, and of this subject if one is given, is on screen. */
    async waitForMapBy(label: string, subject = ""): Promise<void> {
      const name = escapeForPattern(subject === "" ? label : `${label} for ${subject}`);
      await expect(heatmap).toHaveAttribute(
        "aria-label",
        new RegExp(`^${name}( for |,? over )|^${name} over `),
      );
      await expect(page.getByText(strings.stage.stale, { exact: true })).toHaveCount(0);
    },
    /** Gives a file through the file button. */
    async chooseFile(file: GivenFile): Promise<void> {
      const dialog = page.waitForEvent("filechooser");
      await page.getByRole("button", { name: strings.pictures.choose }).first().click();
      await (await dialog).setFiles({ ...file });
    },
    /** Waits until the picture of this title is explained and nothing of an older one is left. */
    async waitForMapOf(title: string): Promise<void> {
      await expect(heatmap).toHaveAttribute("aria-label", new RegExp(` over ${escapeForPattern(title)}\\. `));
      await expect(page.getByText(strings.stage.stale, { exact: true })).toHaveCount(0);
      await expect(stage.getByRole("button", { name: strings.progress.cancel })).toHaveCount(0);
    },
    /** The five classes as shown. */
    async topClasses(): Promise<readonly { readonly label: string; readonly percent: number }[]> {
      await expect(classes.getByRole("listitem")).toHaveCount(5);
      const lines = await classes.getByRole("listitem").allInnerTexts();
      return lines.map((line) => {
        const [label, percent] = line.split("\n").filter((part) => part.trim() !== "");
        return { label, percent: percent.startsWith("<") ? 0 : Number.parseFloat(percent) };
      });
    },
    numberOf: async (locator: Locator) => Number.parseFloat((await locator.textContent()) ?? ""),
    heatmapPixels: () => pixelsOf(heatmap),
  };
}

/** Opens the app and waits until the model is loaded. */
export async function openApp(page: Page, url = "./"): Promise<App> {
  await page.goto(url);
  const app = appOn(page);
  await expect(app.header).toContainText(/DeiT-Tiny.*from the (mirror|cache|hub)/s, {
    timeout: startTimeout,
  });
  return app;
}

/** All pixels of a canvas as one string, to be compared. */
export function pixelsOf(canvas: Locator): Promise<string> {
  return canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
}

/** Waits until the canvas shows something else than `before`. @returns what it shows then. */
export async function changedPixels(canvas: Locator, before: string): Promise<string> {
  await expect.poll(() => pixelsOf(canvas)).not.toBe(before);
  return pixelsOf(canvas);
}

function escapeForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
