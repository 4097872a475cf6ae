// Measures the built app against bare forward passes of the same models in the same browser. Run: npm run bench
import { readFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { basename, resolve } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { build } from "vite";
import { missing, witnesses } from "../tests/support/witnesses.ts";
import { browserFlags, ensureBrowser } from "../tools/ensure-browser.ts";
import { type RunningHost, startStaticServer } from "../tools/static-server.ts";
import { installProbe, type SliderStep } from "./app-probe.ts";
import { type BenchPicture, loadBare, type Turn, takeTurn, walkSlider } from "./measure.ts";
import { describeFindings, type Findings, writeReport } from "./report.ts";

const root = resolve(import.meta.dirname, "..");
const barePage = resolve(root, "node_modules/.cache/bench/bare-page");
const turnCount = Number(process.env.BENCH_TURNS ?? 12);
const sliderSteps = Number(process.env.BENCH_STEPS ?? 120);
const pictureFiles = (
  process.env.BENCH_PICTURES ?? "chefer/catdog.png,coral/pets.jpg,vit-explain/plane.png"
).split(",");

const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const types: Readonly<Record<string, string>> = { png: "image/png", jpg: "image/jpeg" };

await main();

async function main(): Promise<void> {
  const absent = missing("models", "images");
  if (absent !== "") throw new Error(`The bench needs the models and pictures${absent}`);
  const loadBefore = loadavg()[0];
  await buildPages();
  const hosts = await Promise.all(
    [resolve(root, "dist"), barePage].map((folder) =>
      startStaticServer({ folder, headers, mirror: witnesses.models }),
    ),
  );
  const browsers = [await launch(), await launch("--disable-frame-rate-limit", "--disable-gpu-vsync")];
  try {
    const measured = await measureTurns(browsers[0], hosts);
    const sliders = [
      { label: "Discard ratio at 60 Hz", steps: await measureSlider(measured.app, "Discard ratio") },
      {
        label: "Discard ratio without frame limit",
        steps: await measureSlider(await openApp(await newPage(browsers[1]), hosts[0].url), "Discard ratio"),
      },
    ];
    const load = `load average before the run ${loadBefore.toFixed(1)}`;
    const { threads, turns } = measured;
    const findings = { ...circumstances(browsers[0]), load, threads, turns, sliders };
    process.stdout.write(`${describeFindings(findings)}\n`);
    writeReport(resolve(root, "bench/README.md"), findings);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await Promise.all(hosts.map((host) => host.close()));
  }
}

function launch(...flags: readonly string[]): Promise<Browser> {
  // A page in the background is slowed down otherwise.
  const awake = ["--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding"];
  return chromium.launch({
    executablePath: ensureBrowser(),
    args: [...browserFlags, "--headless=new", ...awake, ...flags],
  });
}

async function newPage(browser: Browser): Promise<Page> {
  return (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
}

async function buildPages(): Promise<void> {
  await build({ root, logLevel: "warn" });
  await build({
    root: resolve(root, "bench/bare-page"),
    configFile: false,
    base: "./",
    logLevel: "warn",
    worker: { format: "es" },
    build: { outDir: barePage, emptyOutDir: true, target: "es2022" },
  });
}

interface MeasuredTurns {
  readonly app: Page;
  readonly threads: number;
  readonly turns: readonly Turn[];
}

async function measureTurns(
  browser: Browser,
  [appHost, bareHost]: readonly RunningHost[],
): Promise<MeasuredTurns> {
  const app = await openApp(await newPage(browser), appHost.url);
  const header = (await app.getByRole("banner").textContent()) ?? "";
  const threads = Number(/WASM · (\d+) thread/.exec(header)?.[1]);
  const bare = await app.context().newPage();
  await bare.goto(bareHost.url);
  const file = (path: string) => new URL(`models-mirror/${path}`, bareHost.url).href;
  await loadBare(bare, {
    classifier: file("deit-tiny/deit_tiny_hf_opset14.onnx"),
    trunk: file("maskrcnn2go/maskrcnn2go_trunk_rpn_fp32.onnx"),
    boxHead: file("maskrcnn2go/maskrcnn2go_box_head_fp32.onnx"),
    maskHead: file("maskrcnn2go/maskrcnn2go_mask_head_fp32.onnx"),
    anchors: file("maskrcnn2go/anchors.json"),
    threads,
  });
  const pictures = pictureFiles.map(readPicture);
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

function readPicture(file: string): BenchPicture {
  const bytes = readFileSync(resolve(witnesses.images, file));
  return {
    name: basename(file),
    type: types[file.split(".").at(-1) ?? ""] ?? "",
    base64: bytes.toString("base64"),
  };
}

function circumstances(browser: Browser): Pick<Findings, "machine" | "versions" | "date"> {
  const packages = ["onnxruntime-web", "vite"].map((name) => {
    const { version } = JSON.parse(readFileSync(resolve(root, `node_modules/${name}/package.json`), "utf8"));
    return `${name} ${version}`;
  });
  return {
    machine: `${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB`,
    versions: [`Chromium ${browser.version()}`, ...packages, `Node ${process.versions.node}`].join(", "),
    date: new Date().toISOString().slice(0, 10),
  };
}
