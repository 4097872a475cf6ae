// Every way in which a download can go on, go wrong and go on again.
import { describe, expect, it } from "vitest";
import {
  type Answer,
  type FakePlatform,
  fakePlatform,
  hexDigest,
  inTurn,
  offline,
  serve,
  someBytes,
  status,
} from "../../../tests/support/fake-platform.ts";
import { isXaiError } from "../../core/errors.ts";
import { type DownloadOrder, download } from "./download.ts";
import { openFileCache } from "./file-cache.ts";
import type { StoreContext } from "./store-context.ts";

const url = "https://hub.example/model.onnx";
const file = someBytes(300_000);
const other = someBytes(300_000, 2);
const proven = { bytes: file.length, sha256: hexDigest(file) };
const tagged = { etag: '"one"' };

function order(promised: { bytes?: number; sha256?: string } = {}): DownloadOrder {
  return { url, subject: "model.onnx", partialKey: "https://app.example/partial", ...promised };
}

async function run(context: StoreContext, promised = {}) {
  return download(order(promised), context, await openFileCache(context));
}

async function failure(context: StoreContext, promised = {}) {
  const error = await run(context, promised).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isXaiError(error)) throw new Error(`expected an XaiError, got ${String(error)}`);
  return { code: error.code, details: error.details };
}

/** A platform on which a first download was cancelled after `after` bytes. */
async function cancelledAfter(after: number, first: Answer, promised = {}): Promise<FakePlatform> {
  const controller = new AbortController();
  const platform = fakePlatform({ [url]: first });
  const context = platform.reloaded({
    signal: controller.signal,
    onProgress: ({ done = 0 }) => {
      if (done >= after) controller.abort();
    },
  });
  expect((await failure(context, promised)).code).toBe("job/cancelled");
  platform.requests.length = 0;
  return platform;
}

const ranges = (platform: FakePlatform) => platform.requests.map((request) => request.from);

describe("a whole download", () => {
  it("gives the bytes, with progress up to the total, and leaves nothing behind", async () => {
    const platform = fakePlatform({ [url]: serve(file) });
    expect(hexDigest((await run(platform.context)).bytes)).toBe(hexDigest(file));
    const done = platform.progress.map((step) => step.done);
    expect(done[0]).toBe(0);
    expect(done.at(-1)).toBe(file.length);
    expect(done).toEqual([...done].sort((a, b) => a! - b!));
    expect(done.length).toBeGreaterThan(3);
    for (const step of platform.progress)
      expect(step).toMatchObject({
        stage: "download",
        total: file.length,
        unit: "bytes",
        subject: "model.onnx",
      });
    expect(platform.caches.entries.size).toBe(0);
  });

  it("knows no total when the server tells none", async () => {
    const platform = fakePlatform({ [url]: serve(file, { hidden: ["content-length"] }) });
    expect(hexDigest((await run(platform.context)).bytes)).toBe(hexDigest(file));
    expect(platform.progress.every((step) => step.total === undefined)).toBe(true);
  });

  it("takes the promised size for the total where the server tells the compressed one", async () => {
    const platform = fakePlatform({ [url]: serve(file, { headers: { "content-length": "1000" } }) });
    expect(hexDigest((await run(platform.context, proven)).bytes)).toBe(hexDigest(file));
    expect(platform.progress.every((step) => step.total === file.length)).toBe(true);
  });

  it("is not shorter than told when the told length is that of the compressed body", async () => {
    const compressed = { "content-length": "900000", "content-encoding": "gzip" };
    const platform = fakePlatform({ [url]: serve(file, { headers: compressed }) });
    expect(hexDigest((await run(platform.context)).bytes)).toBe(hexDigest(file));
  });

  it("drops the total when more has come than was told", async () => {
    const platform = fakePlatform({ [url]: serve(file, { headers: { "content-length": "1000" } }) });
    expect(hexDigest((await run(platform.context)).bytes)).toBe(hexDigest(file));
    expect(platform.progress.at(-1)).toEqual({
      stage: "download",
      done: file.length,
      unit: "bytes",
      subject: "model.onnx",
    });
  });
});

describe("a broken stream", () => {
  it("is taken up again once, where it broke", async () => {
    const broken = serve(file, { ...tagged, stop: { after: 100_000, how: "error" } });
    const platform = fakePlatform({ [url]: inTurn(broken, serve(file, tagged)) });
    expect(hexDigest((await run(platform.context)).bytes)).toBe(hexDigest(file));
    expect(ranges(platform)).toEqual([undefined, 100_000]);
  });

  it("is read from its start again where nothing vouches for the rest", async () => {
    const broken = serve(file, { stop: { after: 100_000, how: "error" } });
    const platform = fakePlatform({ [url]: inTurn(broken, serve(file)) });
    expect(hexDigest((await run(platform.context)).bytes)).toBe(hexDigest(file));
    expect(ranges(platform)).toEqual([undefined, undefined]);
  });

  it("is given up after the second time, and the next download goes on from there", async () => {
    const broken = serve(file, { ...tagged, stop: { after: 100_000, how: "error" } });
    const platform = fakePlatform({ [url]: inTurn(broken, broken, serve(file, tagged)) });
    expect(await failure(platform.context)).toEqual({
      code: "model/unreachable",
      details: { url, reason: "network error" },
    });
    expect(hexDigest((await run(platform.reloaded())).bytes)).toBe(hexDigest(file));
    expect(ranges(platform)).toEqual([undefined, 100_000, 200_000]);
  });

  it("that ends early without an error counts as broken too", async () => {
    const short = serve(file, { ...tagged, stop: { after: 50_000, how: "end" } });
    const platform = fakePlatform({ [url]: inTurn(short, serve(file, tagged)) });
    expect(hexDigest((await run(platform.context)).bytes)).toBe(hexDigest(file));
    expect(ranges(platform)).toEqual([undefined, 50_000]);
  });
});

describe("a file that is too short, too long or none", () => {
  it("is truncated when less comes than the server told", async () => {
    const short = serve(file, { whole: true, stop: { after: 50_000, how: "end" } });
    const platform = fakePlatform({ [url]: short });
    expect(await failure(platform.context)).toEqual({
      code: "model/truncated",
      details: { url, expectedBytes: file.length, actualBytes: 50_000 },
    });
  });

  it("is truncated when less comes than the descriptor promises", async () => {
    const platform = fakePlatform({ [url]: serve(file.slice(0, 1000)) });
    expect(await failure(platform.context, proven)).toEqual({
      code: "model/truncated",
      details: { url, expectedBytes: file.length, actualBytes: 1000 },
    });
  });

  it("is truncated when nothing comes at all", async () => {
    const platform = fakePlatform({ [url]: serve(new Uint8Array(0)) });
    expect((await failure(platform.context)).code).toBe("model/truncated");
  });

  it("is stopped as soon as more comes than was promised, and nothing of it is kept", async () => {
    const platform = fakePlatform({ [url]: serve(file, { stop: { after: 200_000, how: "stall" } }) });
    expect((await failure(platform.context, { bytes: 100_000 })).code).toBe("model/size-mismatch");
    expect(platform.caches.entries.size).toBe(0);
  });

  it.each([404, 403, 500, 503])("is refused with status %i", async (code) => {
    const platform = fakePlatform({ [url]: status(code) });
    expect(await failure(platform.context)).toEqual({
      code: "model/http-status",
      details: { url, status: code },
    });
  });

  it("is refused when a part comes that nobody asked for", async () => {
    const part: Answer = (request) => serve(file, tagged)({ ...request, from: 10 });
    const platform = fakePlatform({ [url]: part });
    expect(await failure(platform.context)).toEqual({
      code: "model/http-status",
      details: { url, status: 206 },
    });
  });

  it("is unreachable without a connection", async () => {
    const platform = fakePlatform({ [url]: offline });
    expect(await failure(platform.context)).toEqual({
      code: "model/unreachable",
      details: { url, reason: "Failed to fetch" },
    });
  });

  const page = new TextEncoder().encode("\n  <!DOCTYPE html>\n<html><body>Sign in</body></html>");
  const pointer = new TextEncoder().encode(
    "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n",
  );

  it.each([
    ["a page by its type", serve(file, { contentType: "text/html; charset=utf-8" }), "model/html-page", {}],
    ["a page by its first bytes", serve(page), "model/html-page", {}],
    ["a page where a size is promised", serve(page), "model/html-page", { bytes: 300_000 }],
    ["a git-LFS pointer", serve(pointer), "onnx/git-lfs-pointer", {}],
  ] as const)(
    "is refused when it is %s, at the first request, and not kept",
    async (_, answer, code, promised) => {
      const platform = fakePlatform({ [url]: answer });
      expect((await failure(platform.context, promised)).code).toBe(code);
      expect(platform.requests).toHaveLength(1);
      expect(platform.caches.entries.size).toBe(0);
    },
  );
});

describe("cancelling", () => {
  it("before the start asks nobody", async () => {
    const platform = fakePlatform({ [url]: serve(file) }, { signal: AbortSignal.abort() });
    expect((await failure(platform.context)).code).toBe("job/cancelled");
    expect(platform.requests).toHaveLength(0);
  });

  it("stops a stream that waits for ever", async () => {
    const controller = new AbortController();
    const stalled = serve(file, { stop: { after: 100_000, how: "stall" } });
    const platform = fakePlatform({ [url]: stalled }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    expect((await failure(platform.context)).code).toBe("job/cancelled");
  });

  it("keeps what has arrived, and the next download asks for the rest only", async () => {
    const platform = await cancelledAfter(150_000, serve(file, tagged));
    const resumed = await run(platform.reloaded());
    expect(hexDigest(resumed.bytes)).toBe(hexDigest(file));
    expect(resumed.resumed).toBe(true);
    const [from] = ranges(platform);
    expect(from).toBeGreaterThanOrEqual(150_000);
    expect(from).toBeLessThan(file.length);
    expect(platform.progress[0].done).toBe(from);
    expect(platform.caches.entries.size).toBe(0);
  });

  it("keeps it in memory without Cache Storage", async () => {
    const memory = new Map();
    const controller = new AbortController();
    const platform = fakePlatform({ [url]: serve(file, tagged) }, { memory, caches: undefined });
    const stopAt = ({ done = 0 }) => done >= 150_000 && controller.abort();
    const first = platform.reloaded({ signal: controller.signal, onProgress: stopAt });
    expect((await failure(first)).code).toBe("job/cancelled");
    expect(hexDigest((await run(platform.reloaded())).bytes)).toBe(hexDigest(file));
    expect(ranges(platform)[1]).toBeGreaterThanOrEqual(150_000);
    expect(memory.size).toBe(0);
  });
});

describe("going on with what an earlier download left", () => {
  it("reads the file from its start when the server ignores the range", async () => {
    const platform = await cancelledAfter(150_000, serve(file, tagged));
    platform.routes.set(url, serve(file, { ...tagged, whole: true }));
    const again = await run(platform.reloaded());
    expect(hexDigest(again.bytes)).toBe(hexDigest(file));
    expect(again.resumed).toBe(false);
    expect(platform.requests).toHaveLength(1);
  });

  it.each([
    ["another entity tag", serve(other, { etag: '"two"' })],
    ["no entity tag any more", serve(other)],
    ["another total", serve(someBytes(400_000, 2), tagged)],
    ["the wrong range", serve(other, { ...tagged, headers: { "content-range": "bytes 0-299999/300000" } })],
    ["a range that cannot be read", serve(other, { ...tagged, headers: { "content-range": "pages 1-2" } })],
    ["a hidden range", serve(other, { ...tagged, hidden: ["content-range"] })],
    ["a file that is shorter than the start", serve(other.slice(0, 9_000), { etag: '"two"' })],
  ] as const)("reads the file from its start when there is %s", async (_, answer) => {
    const platform = await cancelledAfter(150_000, serve(file, tagged));
    platform.routes.set(url, answer);
    const again = await run(platform.reloaded());
    const whole = await answer({ url, from: undefined, signal: new AbortController().signal });
    expect(hexDigest(again.bytes)).toBe(hexDigest(new Uint8Array(await whole.arrayBuffer())));
    expect(again.resumed).toBe(false);
    expect(ranges(platform)).toHaveLength(2);
    expect(ranges(platform)[1]).toBeUndefined();
  });

  it("does not ask for the rest when only a weak entity tag names the file", async () => {
    const platform = await cancelledAfter(150_000, serve(file, { etag: 'W/"one"' }));
    platform.routes.set(url, serve(other, { etag: 'W/"one"' }));
    expect(hexDigest((await run(platform.reloaded())).bytes)).toBe(hexDigest(other));
    expect(ranges(platform)).toEqual([undefined]);
  });

  it("trusts a hidden range when the digest is known, because the digest will tell", async () => {
    const hidden = serve(file, { hidden: ["content-range", "etag"] });
    const platform = await cancelledAfter(150_000, hidden, proven);
    const again = await run(platform.reloaded(), proven);
    expect(hexDigest(again.bytes)).toBe(hexDigest(file));
    expect(again.resumed).toBe(true);
    expect(platform.requests).toHaveLength(1);
  });

  it("asks plainly when a request with a range gets through nowhere", async () => {
    const platform = await cancelledAfter(150_000, serve(file, tagged));
    platform.routes.set(url, (request) =>
      request.from === undefined ? serve(file)(request) : offline(request),
    );
    expect(hexDigest((await run(platform.reloaded())).bytes)).toBe(hexDigest(file));
  });

  it("keeps the start while the network is down or a portal answers with its page", async () => {
    const platform = await cancelledAfter(150_000, serve(file, tagged));
    for (const misfortune of [offline, status(200), status(503)]) {
      platform.routes.set(url, misfortune);
      await failure(platform.reloaded());
    }
    platform.routes.set(url, serve(file, tagged));
    platform.requests.length = 0;
    expect(hexDigest((await run(platform.reloaded())).bytes)).toBe(hexDigest(file));
    expect(ranges(platform)[0]).toBeGreaterThanOrEqual(150_000);
  });
});
