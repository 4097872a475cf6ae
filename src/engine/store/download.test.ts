// Downloads from their start: whole, broken, wrong.
import { describe, expect, it } from "vitest";
import {
  type Answer,
  fakePlatform,
  hexDigest,
  inTurn,
  offline,
  serve,
  status,
} from "../../../tests/support/fake-platform.ts";
import { failure, file, proven, ranges, run, tagged, url } from "../../../tests/support/trial-downloads.ts";

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

  it("lets go of the body of a refusal, so that its connection is free again", async () => {
    let released = false;
    const body = () =>
      new ReadableStream({
        cancel() {
          released = true;
        },
      });
    const platform = fakePlatform({ [url]: () => new Response(body(), { status: 500 }) });
    await failure(platform.context);
    expect(released).toBe(true);
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
