// Finds a Chromium for tests and measurements, or installs one. Run: tsx tools/ensure-browser.ts (prints the path)
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Flags for a browser without a desktop that offers WebGPU (in software where there is no GPU) and calls nobody. */
export const browserFlags = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
] as const;

/** The flag that adds WebGPU where Chromium does not offer it by itself. */
export const webgpuFlag = "--enable-unsafe-webgpu";

/** Path of the browser to use: CHROMIUM_PATH, then the usual places, then Playwright's own; `undefined` if none. */
export function findBrowser(): string | undefined {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen !== undefined && chosen !== "") {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH names ${chosen}, and there is no such file.`);
  }
  return [...usualPlaces, chromium.executablePath()].find((path) => existsSync(path));
}

/** `findBrowser`, after an installation if there was none. */
export function ensureBrowser(): string {
  const found = findBrowser() ?? install();
  if (found === undefined)
    throw new Error("No Chromium could be found or installed. Install one and name it in CHROMIUM_PATH.");
  return found;
}

function install(): string | undefined {
  const hasApt = process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0;
  if (hasApt) {
    attempt("apt-get", ["update"]);
    attempt("apt-get", ["install", "-y", "--no-install-recommends", "chromium"]);
  }
  if (findBrowser() === undefined) attempt("npx", ["playwright", "install", "chromium"]);
  return findBrowser();
}

/** Runs an installer with its words on stderr; the next one is tried if it fails. */
function attempt(command: string, parameters: readonly string[]): void {
  try {
    execFileSync(command, parameters, {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (error) {
    process.stderr.write(`${command} ${parameters.join(" ")}: ${(error as Error).message}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(`${ensureBrowser()}\n`);
