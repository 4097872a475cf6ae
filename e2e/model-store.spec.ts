// The model store in a real browser: real ranges, real Cache Storage, real CORS, against hosts that can have a bad day.
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { expect, type Page } from "@playwright/test";
import { createServer } from "vite";
import { deitTiny } from "../src/core/models/deit-tiny.ts";
import type { FileSource, ModelFile } from "../src/core/models/descriptor.ts";
import { maskRcnn2go } from "../src/core/models/mask-rcnn2go.ts";
import { missing, witnesses } from "../tests/support/witnesses.ts";
import { modelMirror } from "../tools/vite/model-mirror.ts";
import type { Outcome } from "./harness/model-store.ts";
import { contentHost } from "./support/hub.ts";
import { test as base } from "./support/hub-test.ts";

interface Harness {
  /** Address of the harness page, without and with a mirror behind it. */
  readonly plain: string;
  readonly mirrored: string;
}

const firstPort = 5305;
/** Leads here too, but is not localhost, so browsers do not call its pages secure. */
const insecureHost = "patchlight.test";

const test = base.extend<object, { readonly harness: Harness }>({
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

test.beforeEach(({ hub }) => hub.reset());

/** The file with only its hub source, so that no mirror answers first. */
function hubOnly(file: ModelFile): ModelFile & { readonly url: string } {
  const sources = file.sources.filter((source: FileSource) => source.kind === "hub");
  return { ...file, sources, url: sources[0].location };
}

const deit = hubOnly(deitTiny.files[0]);
const caffe2Network = hubOnly(maskRcnn2go.files[0]);
const caffe2Weights = hubOnly(maskRcnn2go.files[1]);
const deitBytes = deitTiny.files[0].sources[0].bytes;
const deitDigest = deitTiny.files[0].sources[0].sha256;
const weightsDigest = maskRcnn2go.files[1].sources[0].sha256;

test.describe(`with the models at the hub${missing("models")}`, () => {
  test.skip(missing("models") !== "");

  test("a file of the first hub arrives through its redirect, with progress, and stays", async ({
    page,
    hub,
    harness,
  }) => {
    await open(page, harness.plain);
    const first = await obtain(page, deit);
    expect(first).toMatchObject({
      ok: true,
      source: "hub",
      bytes: deitBytes,
      sha256: deitDigest,
      notices: [],
    });
    const done = first.progress.filter((step) => step.stage === "download").map((step) => step.done ?? -1);
    expect(done.length).toBeGreaterThan(20);
    expect(first.progress.every((step) => step.stage !== "download" || step.total === deitBytes)).toBe(true);
    expect(hub.requests.map((request) => new URL(request.url).host)).toEqual(["huggingface.co", contentHost]);

    await open(page, harness.plain);
    expect(await obtain(page, deit)).toMatchObject({ ok: true, source: "cache", sha256: deitDigest });
    expect(hub.requests).toHaveLength(2);
  });

  test("files of the second hub arrive compressed and with hidden headers, and are still proven", async ({
    page,
    harness,
  }) => {
    await open(page, harness.plain);
    for (const [file, source] of [
      [caffe2Network, maskRcnn2go.files[0].sources[0]],
      [caffe2Weights, maskRcnn2go.files[1].sources[0]],
    ] as const)
      expect(await obtain(page, file)).toMatchObject({
        ok: true,
        source: "hub",
        sha256: source.sha256,
        bytes: source.bytes,
      });
  });

  test("a mirror goes before the hub, and its absence makes no failing request", async ({
    page,
    hub,
    harness,
  }) => {
    const failing: string[] = [];
    page.on("response", (response) => response.status() >= 400 && failing.push(response.url()));
    await open(page, harness.mirrored);
    expect(await obtain(page, deitTiny.files[0])).toMatchObject({
      ok: true,
      source: "mirror",
      sha256: deitDigest,
    });
    expect(hub.requests).toHaveLength(0);
    await open(page, harness.plain);
    expect(await obtain(page, deitTiny.files[0])).toMatchObject({
      ok: true,
      source: "hub",
      sha256: deitDigest,
    });
    expect(failing).toEqual([]);
  });

  test("a cancelled download goes on after a reload, by a range, without a preflight", async ({
    page,
    hub,
    harness,
  }) => {
    await open(page, harness.plain);
    expect(await obtain(page, deit, 8_000_000)).toMatchObject({ ok: false, code: "job/cancelled" });
    await open(page, harness.plain);
    const resumed = await obtain(page, deit);
    expect(resumed).toMatchObject({ ok: true, source: "hub", sha256: deitDigest });
    const ranges = hub.requests
      .filter((request) => request.url.includes(contentHost))
      .map((request) => request.range);
    expect(ranges).toHaveLength(2);
    const from = Number(/^bytes=(\d+)-$/.exec(ranges[1] ?? "")?.[1]);
    expect(from).toBeGreaterThanOrEqual(8_000_000);
    expect(resumed.progress[0].done).toBe(from);
    expect(hub.requests.filter((request) => request.method === "OPTIONS")).toEqual([]);
  });

  test("where the range is hidden from other origins, the digest proves what was resumed", async ({
    page,
    hub,
    harness,
  }) => {
    hub.strike(caffe2Weights.url, { kind: "slow", bytesPerSecond: 4_000_000 });
    await open(page, harness.plain);
    expect(await obtain(page, caffe2Weights, 1_000_000)).toMatchObject({ ok: false, code: "job/cancelled" });
    hub.reset();
    await open(page, harness.plain);
    expect(await obtain(page, caffe2Weights)).toMatchObject({ ok: true, sha256: weightsDigest });
    expect(hub.requests.map((request) => request.method)).toEqual(["GET"]);
    expect(hub.requests[0].range).toMatch(/^bytes=[1-9]\d+-$/);
  });

  test("a download is cancelled at once, however slow the hub is", async ({ page, hub, harness }) => {
    hub.strike(deit.url, { kind: "slow", bytesPerSecond: 200_000 });
    await open(page, harness.plain);
    const start = Date.now();
    expect(await obtain(page, deit, 100_000)).toMatchObject({ ok: false, code: "job/cancelled" });
    // The rest would take two minutes more.
    expect(Date.now() - start).toBeLessThan(3000);
  });

  test("a connection that breaks is taken up again once by itself", async ({ page, hub, harness }) => {
    hub.strike(deit.url, { kind: "cut", afterBytes: 5_000_000 }, 1);
    await open(page, harness.plain);
    expect(await obtain(page, deit)).toMatchObject({ ok: true, sha256: deitDigest });
    const ranges = hub.requests
      .filter((request) => request.url.includes(contentHost))
      .map((request) => request.range);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=\d+-$/)]);
  });

  test("a server that ignores ranges sends the whole file again", async ({ page, hub, harness }) => {
    await open(page, harness.plain);
    await obtain(page, deit, 2_000_000);
    hub.strike(deit.url, { kind: "no-ranges" });
    expect(await obtain(page, deit)).toMatchObject({ ok: true, sha256: deitDigest, bytes: deitBytes });
  });

  test("full storage leaves the file in memory, with a notice", async ({ page, context, harness }) => {
    await open(page, harness.plain);
    const devtools = await context.newCDPSession(page);
    const origin = new URL(harness.plain).origin;
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1_000_000 });
    const first = await obtain(page, caffe2Weights);
    expect(first).toMatchObject({ ok: true, source: "hub", sha256: weightsDigest });
    expect(first.ok && first.notices).toEqual([expect.stringContaining("storage for this page is full")]);
    expect(await obtain(page, caffe2Weights)).toMatchObject({
      ok: true,
      source: "cache",
      sha256: weightsDigest,
    });
    expect(await storedFiles(page)).toEqual([]);
  });

  test("a damaged copy is deleted and fetched again", async ({ page, harness }) => {
    await open(page, harness.plain);
    await obtain(page, caffe2Network);
    await page.evaluate(async () => {
      const [name] = await caches.keys();
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        await cache.put(request, new Response(new Uint8Array(25_424)));
    });
    await open(page, harness.plain);
    const again = await obtain(page, caffe2Network);
    expect(again).toMatchObject({ ok: true, source: "hub" });
    expect(again.ok && again.notices).toEqual([expect.stringContaining("damaged")]);
  });

  test("a page that is not secure has neither storage nor Web Crypto, and still gets a proven file", async ({
    page,
    hub,
    harness,
  }) => {
    const { port } = new URL(harness.plain);
    await open(page, harness.plain.replace(/\/\/[^/]+/, `//${insecureHost}:${port}`));
    expect(await page.evaluate(() => [isSecureContext, "caches" in globalThis, crypto.subtle])).toEqual([
      false,
      false,
      undefined,
    ]);
    const obtained = await obtain(page, caffe2Weights);
    expect(obtained).toMatchObject({ ok: true, source: "hub", sha256: weightsDigest });
    expect(obtained.ok && obtained.notices).toEqual([expect.stringContaining("no storage")]);
    const flipped = Uint8Array.from({ length: 25_424 }, () => 8);
    hub.publish(caffe2Network.url, flipped);
    expect(await obtain(page, caffe2Network)).toMatchObject({ ok: false, code: "model/unavailable" });
  });
});

test("what is not the promised file is refused, named, and not kept", async ({ page, hub, harness }) => {
  await open(page, harness.plain);
  const url = caffe2Network.url;
  const changed = Uint8Array.from({ length: 25_424 }, (_, index) => (index % 251) + 1);
  const digest = createHash("sha256").update(changed).digest("hex");

  const refusals: readonly [string, () => void, string][] = [
    ["another content", () => hub.publish(url, changed), `SHA-256 ${digest} instead of`],
    ["half a file", () => hub.publish(url, changed.subarray(0, 12_712)), "ended after 12712 of 25424 bytes"],
    [
      "a longer file",
      () => hub.publish(url, new Uint8Array(99_000).fill(8)),
      "bytes or more instead of 25424",
    ],
    ["a page", () => hub.strike(url, { kind: "page" }), "answered with a web page instead of the file"],
    ["a missing file", () => hub.strike(url, { kind: "status", status: 404 }), "answered with status 404"],
    ["a broken server", () => hub.strike(url, { kind: "status", status: 500 }), "answered with status 500"],
    ["no connection", () => hub.strike(url, { kind: "down" }), "unreachable (Failed to fetch)"],
  ];
  for (const [what, arrange, why] of refusals) {
    hub.reset();
    arrange();
    const outcome = await obtain(page, caffe2Network);
    expect(outcome, what).toMatchObject({
      ok: false,
      code: "model/unavailable",
      details: { model: caffe2Network.name, tried: [expect.stringContaining(`hub: ${url} `)] },
    });
    expect(JSON.stringify(outcome), what).toContain(why);
    expect(await storedFiles(page), what).toEqual([]);
  }
});

test("a file that nobody vouches for is pinned; when it changes, the user is told", async ({
  page,
  hub,
  harness,
}) => {
  const url = "https://huggingface.co/someone/some-model/resolve/main/onnx/model.onnx";
  const file: ModelFile = { name: "some-model.onnx", sources: [{ kind: "hub", location: url }] };
  const before = new Uint8Array(100_000).fill(8);
  const after = new Uint8Array(100_000).fill(9);
  hub.publish(url, before);
  await open(page, harness.plain);
  expect(await obtain(page, file)).toMatchObject({ ok: true, source: "hub", notices: [] });
  hub.publish(url, after);
  expect(await obtain(page, file)).toMatchObject({ ok: true, source: "cache", notices: [] });
  await page.evaluate(async () => {
    const cache = await caches.open((await caches.keys())[0]);
    for (const { url: key } of await cache.keys()) if (key.includes("/file/")) await cache.delete(key);
  });
  const changed = await obtain(page, file);
  expect(changed).toMatchObject({
    ok: true,
    source: "hub",
    sha256: createHash("sha256").update(after).digest("hex"),
  });
  expect(changed.ok && changed.notices).toEqual([expect.stringContaining("not the file")]);
});

test("the class names ship with the app", async ({ page, harness }) => {
  await open(page, harness.plain);
  const labels = await page.evaluate(() => window.modelStore?.labels("imagenet-1k", 1000));
  expect(labels).toHaveLength(1000);
  expect(labels?.[281]).toBe("tabby cat");
});

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForFunction(() => window.modelStore !== undefined);
}

function obtain(page: Page, file: ModelFile, cancelAfter?: number): Promise<Outcome> {
  return page.evaluate(
    async ([wanted, limit]) => {
      if (!window.modelStore) throw new Error("the harness is not on this page");
      return window.modelStore.obtain(wanted, limit);
    },
    [{ name: file.name, sources: file.sources }, cancelAfter] as const,
  );
}

/** Names of the files that the browser has stored; pins and the starts of broken downloads do not count. */
function storedFiles(page: Page): Promise<string[]> {
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
    root: resolve(import.meta.dirname, ".."),
    logLevel: "error",
    plugins: [modelMirror(mirror)],
    optimizeDeps: { noDiscovery: true },
    server: { host: "127.0.0.1", port, hmr: false, watch: null, allowedHosts: [insecureHost] },
  });
  await server.listen();
  const address = new URL("/e2e/harness/model-store.html", server.resolvedUrls?.local[0]).href;
  return { address, close: () => server.close() };
}
