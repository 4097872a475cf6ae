// Downloads that were cancelled or broken off, and what the next one makes of their bytes.
import { describe, expect, it } from "vitest";
import {
  fakePlatform,
  hexDigest,
  inTurn,
  offline,
  serve,
  someBytes,
  status,
} from "../../../tests/support/fake-platform.ts";
import {
  cancelledAfter,
  failure,
  file,
  other,
  proven,
  ranges,
  run,
  tagged,
  url,
} from "../../../tests/support/trial-downloads.ts";

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

  it("stops the second attempt as well", async () => {
    const controller = new AbortController();
    const broken = serve(file, { ...tagged, stop: { after: 100_000, how: "error" } });
    const stalled = serve(file, { ...tagged, stop: { after: 100_000, how: "stall" } });
    const platform = fakePlatform({ [url]: inTurn(broken, stalled) }, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    expect((await failure(platform.context)).code).toBe("job/cancelled");
    expect(platform.requests).toHaveLength(2);
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

  it("joins no bytes under two entity tags, even where the digest would tell", async () => {
    const platform = await cancelledAfter(150_000, serve(other, { etag: '"two"' }), proven);
    platform.routes.set(url, serve(file, tagged));
    expect(hexDigest((await run(platform.reloaded(), proven)).bytes)).toBe(proven.sha256);
    expect(ranges(platform)).toEqual([expect.any(Number), undefined]);
  });

  it("does not ask for the rest of a file that has become shorter than what is there", async () => {
    const platform = await cancelledAfter(150_000, serve(file, tagged));
    const shorter = someBytes(100_000);
    platform.routes.set(url, serve(shorter, { hidden: ["content-range", "etag"] }));
    const promised = { bytes: shorter.length, sha256: hexDigest(shorter) };
    expect(hexDigest((await run(platform.reloaded(), promised)).bytes)).toBe(promised.sha256);
    expect(ranges(platform)).toEqual([undefined]);
  });
});
