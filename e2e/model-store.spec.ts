// Model files on a real fetch: through redirects and hidden headers, by ranges, over connections that break.
import { expect } from "@playwright/test";
import { deitTiny } from "../src/core/models/deit-tiny.ts";
import { maskRcnn2go } from "../src/core/models/mask-rcnn2go.ts";
import { missing } from "../tests/support/witnesses.ts";
import { contentHost } from "./support/hub-replies.ts";
import {
  caffe2Network,
  caffe2Weights,
  deit,
  deitBytes,
  deitDigest,
  obtain,
  open,
  test,
  weightsDigest,
} from "./support/store-harness.ts";

test.beforeEach(({ hub }) => hub.reset());

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
    expect(Date.now() - start).toBeLessThan(10_000);
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
});

test("the class names ship with the app", async ({ page, harness }) => {
  await open(page, harness.plain);
  const labels = await page.evaluate(() => window.modelStore?.labels("imagenet-1k", 1000));
  expect(labels).toHaveLength(1000);
  expect(labels?.[281]).toBe("tabby cat");
});
