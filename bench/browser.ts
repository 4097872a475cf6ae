// The pages of the bench: built, served with the headers that WASM threads need, and opened.
import { resolve } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { build, type InlineConfig } from "vite";
import { witnesses } from "../tests/support/witnesses.ts";
import { browserFlags, ensureBrowser } from "../tools/ensure-browser.ts";
import { type RunningHost, startStaticServer } from "../tools/static-server.ts";

const root = resolve(import.meta.dirname, "..");

export type BenchPage = "app" | "bare-page" | "engine-page";

const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Builds a page into a folder of its own, so that nobody's `dist` changes, and serves it beside the mirror. */
export async function hostPage(page: BenchPage): Promise<RunningHost> {
  const folder = resolve(root, "node_modules/.cache/bench", page);
  const output: InlineConfig = { logLevel: "warn", build: { outDir: folder, emptyOutDir: true } };
  if (page === "app") await build({ root, ...output });
  else
    await build({
      root: resolve(root, "bench", page),
      configFile: false,
      base: "./",
      worker: { format: "es" },
      ...output,
      build: { ...output.build, target: "es2022" },
    });
  return startStaticServer({ folder, headers, mirror: witnesses.models });
}

export function launch(...flags: readonly string[]): Promise<Browser> {
  // A page in the background is slowed down otherwise.
  const awake = ["--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding"];
  return chromium.launch({
    executablePath: ensureBrowser(),
    args: [...browserFlags, "--headless=new", ...awake, ...flags],
  });
}

export async function newPage(browser: Browser): Promise<Page> {
  return (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
}

/** Address of a file of the mirror, on that host. */
export function inMirror({ url }: RunningHost, path: string): string {
  return new URL(`models-mirror/${path}`, url).href;
}
