// The measurements: app and bare models by turns in one browser, so that both see the same machine.
import type { Page } from "@playwright/test";
import type { Probe, SliderStep, Stages } from "./app-probe.ts";
import type { BarePage, BareResult, BareSetup } from "./bare-page/protocol.ts";
import type { BenchPicture } from "./pictures.ts";

/** One turn with one picture, in milliseconds. */
export interface Turn {
  readonly picture: string;
  readonly instances: number;
  readonly bareClassifier: number;
  readonly bareDetector: number;
  readonly drawn: number;
  readonly heatmap: number;
  readonly foreground: number;
  readonly stages: Stages;
}

/** Loads the models into the bare page's workers. */
export function loadBare(bare: Page, setup: BareSetup): Promise<void> {
  return bare.evaluate((given) => (globalThis as unknown as { bare: BarePage }).bare.load(given), setup);
}

/** Makes the pictures known to the app's page. */
export async function keepPictures(app: Page, pictures: readonly BenchPicture[]): Promise<void> {
  for (const picture of pictures)
    await app.evaluate(
      (given) => (globalThis as unknown as { probe: Probe }).probe.keepPicture(given),
      picture,
    );
}

/** Gives `picture` to the app and to the bare models, in an order that changes from turn to turn. */
export async function takeTurn(app: Page, bare: Page, picture: BenchPicture, turn: number): Promise<Turn> {
  const runBare = async () => ({
    classifier: await runBareModel(bare, "classify", picture),
    detector: await runBareModel(bare, "detect", picture),
  });
  const runApp = async () => {
    await settle(app);
    return app.evaluate(
      ([name, title]) => (globalThis as unknown as { probe: Probe }).probe.openPicture(name, title),
      [picture.name, `turn ${turn} ${picture.name}`] as const,
    );
  };
  const appFirst = turn % 2 === 0;
  const early = appFirst ? await runApp() : undefined;
  const { classifier, detector } = await runBare();
  const { drawn, heatmap, foreground, stages } = early ?? (await runApp());
  return {
    picture: picture.name,
    instances: detector.instances,
    bareClassifier: classifier.milliseconds,
    bareDetector: detector.milliseconds,
    drawn,
    heatmap,
    foreground,
    stages,
  };
}

/** Brings a page to the front and waits until the other's threads, which spin for a while after a run, are asleep. */
async function settle(page: Page): Promise<void> {
  await page.bringToFront();
  await page.waitForTimeout(300);
}

async function runBareModel(
  bare: Page,
  kind: "classify" | "detect",
  picture: BenchPicture,
): Promise<BareResult> {
  await settle(bare);
  return bare.evaluate(
    async ({ kind, base64, type }) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      return (globalThis as unknown as { bare: BarePage }).bare[kind](new Blob([bytes], { type }));
    },
    { kind, base64: picture.base64, type: picture.type },
  );
}

/** Walks a slider `steps` steps down and up again, one key press at a time. */
export async function walkSlider(app: Page, label: string, steps: number): Promise<readonly SliderStep[]> {
  await settle(app);
  await app.getByRole("slider", { name: label, exact: true }).focus();
  const taken: SliderStep[] = [];
  for (let step = 0; step < steps; step++) {
    const key = step % 40 < 20 ? "ArrowLeft" : "ArrowRight";
    await app.evaluate(() => (globalThis as unknown as { probe: Probe }).probe.armStep());
    await app.keyboard.press(key);
    taken.push(await app.evaluate(() => (globalThis as unknown as { probe: Probe }).probe.takenStep()));
    // An uneven pause, so that presses do not fall into step with the frames.
    await app.waitForTimeout(30 + 17 * ((step * 7) % 10));
  }
  return taken;
}
