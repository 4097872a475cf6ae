// The app against bare forward passes of the same models, and its slider.
import type { Browser, Page } from "@playwright/test";
import type { RunningHost } from "../tools/static-server.ts";
import { installProbe, type SliderStep } from "./app-probe.ts";
import { hostPage, inMirror, launch, newPage } from "./browser.ts";
import { keepPictures, loadBare, type Turn, takeTurn, walkSlider } from "./measure.ts";
import { readPicture } from "./pictures.ts";

const turnCount = Number(process.env.BENCH_TURNS ?? 12);
const sliderSteps = Number(process.env.BENCH_STEPS ?? 120);
const pictureFiles = (
  process.env.BENCH_PICTURES ?? "chefer/catdog.png,coral/pets.jpg,vit-explain/plane.png"
).split(",");

/** What the app's part has found. */
export interface AppFindings {
  readonly browser: string;
  readonly threads: number;
  readonly turns: readonly Turn[];
  readonly sliders: readonly SliderFindings[];
}

export interface SliderFindings {
  readonly label: string;
  readonly steps: readonly SliderStep[];
}

export async function measureApp(): Promise<AppFindings> {
  const hosts = [await hostPage("app"), await hostPage("bare-page")] as const;
  const browsers: Browser[] = [];
  try {
    browsers.push(await launch());
    const { app, ...measured } = await measureTurns(browsers[0], hosts);
    const steps = await measureSlider(app, "Discard ratio");
    await browsers[0].close();
    browsers.push(await launch("--disable-frame-rate-limit", "--disable-gpu-vsync"));
    const free = await measureSlider(
      await openApp(await newPage(browsers[1]), hosts[0].url),
      "Discard ratio",
    );
    const sliders = [
      { label: "Discard ratio at 60 Hz", steps },
      { label: "Discard ratio without frame limit", steps: free },
    ];
    return { browser: browsers[1].version(), ...measured, sliders };
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await Promise.all(hosts.map((host) => host.close()));
  }
}

async function measureTurns(
  browser: Browser,
  [appHost, bareHost]: readonly [RunningHost, RunningHost],
): Promise<{ readonly app: Page; readonly threads: number; readonly turns: readonly Turn[] }> {
  const app = await openApp(await newPage(browser), appHost.url);
  const header = (await app.getByRole("banner").textContent()) ?? "";
  const threads = Number(/WASM · (\d+) thread/.exec(header)?.[1]);
  const bare = await app.context().newPage();
  await bare.goto(bareHost.url);
  await loadBare(bare, {
    classifier: inMirror(bareHost, "deit-tiny/deit_tiny_hf_opset14.onnx"),
    trunk: inMirror(bareHost, "maskrcnn2go/maskrcnn2go_trunk_rpn_fp32.onnx"),
    boxHead: inMirror(bareHost, "maskrcnn2go/maskrcnn2go_box_head_fp32.onnx"),
    maskHead: inMirror(bareHost, "maskrcnn2go/maskrcnn2go_mask_head_fp32.onnx"),
    anchors: inMirror(bareHost, "maskrcnn2go/anchors.json"),
    threads,
  });
  const pictures = pictureFiles.map(readPicture);
  await keepPictures(app, pictures);
  // The first turns compile code and fill caches on both sides.
  for (const [index, picture] of pictures.entries()) await takeTurn(app, bare, picture, -1 - index);
  const turns: Turn[] = [];
  for (let turn = 0; turn < turnCount; turn++)
    turns.push(await takeTurn(app, bare, pictures[turn % pictures.length], turn));
  await bare.close();
  return { app, threads, turns };
}

async function measureSlider(app: Page, label: string): Promise<readonly SliderStep[]> {
  await walkSlider(app, label, 20);
  return walkSlider(app, label, sliderSteps);
}

async function openApp(page: Page, url: string): Promise<Page> {
  // The TypeScript runner wraps named functions in a helper that does not exist in the page.
  await page.addInitScript({ content: "globalThis.__name = (value) => value" });
  await page.addInitScript(installProbe);
  await page.goto(url);
  // The first sample opens by itself; when its foreground is measured, everything is loaded.
  await page.getByTestId("faf").or(page.getByTestId("no-foreground")).waitFor({ timeout: 180_000 });
  return page;
}
