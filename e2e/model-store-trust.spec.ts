// What the model store trusts, keeps and refuses in a real browser: full and damaged storage, insecure pages, wrong files.
import { createHash } from "node:crypto";
import { expect } from "@playwright/test";
import type { ModelFile } from "../src/core/models/descriptor.ts";
import { missing } from "../tests/support/witnesses.ts";
import {
  caffe2Network,
  caffe2Weights,
  insecureHost,
  obtain,
  open,
  storedFiles,
  test,
  weightsDigest,
} from "./support/store-harness.ts";

test.beforeEach(({ hub }) => hub.reset());

test.describe(`with the models at the hub${missing("models")}`, () => {
  test.skip(missing("models") !== "");

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
