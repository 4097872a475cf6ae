// End-to-end tests: the built app in a real Chromium, once on WASM and once with WebGPU (in software where there is no GPU).
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "@playwright/test";
import { browserFlags, ensureBrowser, webgpuFlag } from "./tools/ensure-browser.ts";

const port = Number(process.env.E2E_PORT ?? 4173);
const address = `http://localhost:${port}/`;
const mirror = resolve(import.meta.dirname, process.env.MODEL_MIRROR ?? "../shared/models");
const executablePath = ensureBrowser();
const vite = "node node_modules/vite/bin/vite.js";

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/artifacts",
  // The models take all cores already: two stories at once would take longer than one after the other.
  workers: Number(process.env.E2E_WORKERS ?? 1),
  forbidOnly: process.env.CI !== undefined,
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
  use: {
    baseURL: address,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
  },
  projects: [
    {
      name: "wasm",
      // A test that needs WebGPU says so with this tag, wherever it is.
      grepInvert: /@webgpu/,
      use: { launchOptions: { executablePath, args: [...browserFlags, "--headless=new"] } },
    },
    {
      name: "webgpu",
      grep: /@webgpu/,
      use: { launchOptions: { executablePath, args: [...browserFlags, webgpuFlag, "--headless=new"] } },
    },
  ],
  webServer: {
    command: `${vite} build && ${vite} preview --strictPort --port ${port}`,
    url: address,
    timeout: 120_000,
    reuseExistingServer: false,
    env: existsSync(mirror) ? { MODEL_MIRROR: mirror } : {},
  },
});
