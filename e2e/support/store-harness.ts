// Puts the model store's harness page before a real browser, with and without a mirror behind it.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { createServer } from "vite";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import type { FileSource, ModelFile } from "../../src/core/models/descriptor.ts";
import { maskRcnn2go } from "../../src/core/models/mask-rcnn2go.ts";
import { missing, witnesses } from "../../tests/support/witnesses.ts";
import { modelMirror } from "../../tools/vite/model-mirror.ts";
import type { Outcome } from "../harness/model-store.ts";
import { test as base } from "./hub-test.ts";

export interface Harness {
  /** Address of the harness page, without and with a mirror behind it. */
  readonly plain: string;
  readonly mirrored: string;
}

const firstPort = 5305;
/** Leads here too, but is not localhost, so browsers do not call its pages secure. */
export const insecureHost = "patchlight.test";

/** Playwright's `test` with a hub and the harness. */
export const test = base.extend<object, { readonly harness: Harness }>({
  harness: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern.
    async ({}, use, worker) => {
      const port = firstPort + 2 * worker.parallelIndex;
      const plain = await serveHarness(port, undefined);
      const mirrored = await serveHarness(port + 1, witnesses.models);
      await use({ plain: plain.address, mirrored: mirrored.address });
      await Promise.all([plain.close(), mirrored.close()]);
    },
    { scope: "worker" },
  ],
});

/** The file with only its hub source, so that no mirror answers first. */
export function hubOnly(file: ModelFile): ModelFile & { readonly url: string } {
  const sources = file.sources.filter((source: FileSource) => source.kind === "hub");
  return { ...file, sources, url: sources[0].location };
}

export const deit = hubOnly(deitTiny.files[0]);
export const caffe2Network = hubOnly(maskRcnn2go.files[0]);
export const caffe2Weights = hubOnly(maskRcnn2go.files[1]);
const deitContent = missing("models")
  ? Buffer.alloc(0)
  : readFileSync(resolve(witnesses.models, deitTiny.files[0].sources[0].location));
export const deitBytes = deitContent.length;
export const deitDigest = createHash("sha256").update(deitContent).digest("hex");
export const weightsDigest = maskRcnn2go.files[1].sources[0].sha256;

/** Opens the harness anew: whatever was in the page's memory is gone. */
export async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForFunction(() => window.modelStore !== undefined);
}

/** Obtains a file on the page. @param cancelAfter cancels once so many bytes have arrived. */
export function obtain(page: Page, file: ModelFile, cancelAfter?: number): Promise<Outcome> {
  return page.evaluate(
    async ([wanted, limit]) => {
      if (!window.modelStore) throw new Error("the harness is not on this page");
      return window.modelStore.obtain(wanted, limit);
    },
    [{ name: file.name, sources: file.sources }, cancelAfter] as const,
  );
}

/** Names of the files that the browser has stored; pins and the starts of broken downloads do not count. */
export function storedFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names = await caches.keys();
    const keys = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return keys
      .flat()
      .map((request) => request.url)
      .filter((url) => url.includes("/file/"));
  });
}

async function serveHarness(port: number, mirror: string | undefined) {
  const server = await createServer({
    configFile: false,
    root: resolve(import.meta.dirname, "../.."),
    logLevel: "error",
    plugins: [modelMirror(mirror)],
    optimizeDeps: { noDiscovery: true },
    server: { host: "127.0.0.1", port, hmr: false, watch: null, allowedHosts: [insecureHost] },
  });
  await server.listen();
  const address = new URL("/e2e/harness/model-store.html", server.resolvedUrls?.local[0]).href;
  return { address, close: () => server.close() };
}
