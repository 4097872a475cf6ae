// Where a file comes from, what is kept of it, and what the user is told.
import { describe, expect, it } from "vitest";
import {
  baseUrl,
  fakePlatform,
  hexDigest,
  inTurn,
  offline,
  quotaExceeded,
  serve,
  someBytes,
  status,
} from "../../../tests/support/fake-platform.ts";
import { isXaiError } from "../../core/errors.ts";
import type { FileSource, ModelFile } from "../../core/models/descriptor.ts";
import { type ObtainedFile, obtainFile } from "./obtain-file.ts";
import type { StoreContext } from "./store-context.ts";

const right = someBytes(20_000);
const wrong = someBytes(20_000, 2);
const promised = { bytes: right.length, sha256: hexDigest(right) };

const indexUrl = `${baseUrl}models-mirror/index.json`;
const builtInUrl = `${baseUrl}models/tiny/model.onnx`;
const mirrorUrl = `${baseUrl}models-mirror/tiny/model.onnx`;
const hubUrl = "https://hub.example/tiny/model.onnx";

const builtIn: FileSource = { kind: "built-in", location: "tiny/model.onnx", ...promised };
const mirror: FileSource = { kind: "mirror", location: "tiny/model.onnx", ...promised };
const hub: FileSource = { kind: "hub", location: hubUrl, ...promised };
const unprovenHub: FileSource = { kind: "hub", location: hubUrl };

function modelFile(...sources: readonly FileSource[]): ModelFile {
  return { name: "tiny.onnx", sources };
}

function index(files: unknown) {
  return () => Response.json({ files });
}
const mirrorHasIt = index([{ path: "tiny/model.onnx", bytes: right.length }]);

async function failure(file: ModelFile, context: StoreContext) {
  const error = await obtainFile(file, context).catch((thrown: unknown) => thrown);
  if (isXaiError(error, "model/unavailable")) return error.details;
  throw error;
}

function expectRight(obtained: ObtainedFile, source: ObtainedFile["source"]) {
  expect(hexDigest(obtained.bytes)).toBe(promised.sha256);
  expect(obtained.source).toBe(source);
}

describe("the order of sources", () => {
  const routes = {
    [builtInUrl]: serve(right),
    [indexUrl]: mirrorHasIt,
    [mirrorUrl]: serve(right),
    [hubUrl]: serve(right),
  };

  it.each([
    [[builtIn, mirror, hub], "built-in", [builtInUrl]],
    [[mirror, hub], "mirror", [indexUrl, mirrorUrl]],
    [[hub, mirror], "hub", [hubUrl]],
  ] as const)("takes the first that has it (%#)", async (sources, kind, asked) => {
    const platform = fakePlatform(routes);
    expectRight(await obtainFile(modelFile(...sources), platform.context), kind);
    expect(platform.requests.map((request) => request.url)).toEqual(asked);
  });

  it("goes on to the next when one fails, and says so where a source gave something wrong", async () => {
    const platform = fakePlatform({ ...routes, [builtInUrl]: serve(wrong), [mirrorUrl]: status(500) });
    const obtained = await obtainFile(modelFile(builtIn, mirror, hub), platform.context);
    expectRight(obtained, "hub");
    expect(obtained.notices).toEqual([
      `tiny.onnx was refused: ${builtInUrl} is not the expected file (SHA-256 ${hexDigest(wrong)} instead of ${promised.sha256}).`,
    ]);
  });

  it("tells when it verifies, after the download", async () => {
    const platform = fakePlatform(routes);
    await obtainFile(modelFile(hub), platform.context);
    expect(platform.progress.at(-1)).toEqual({ stage: "verify", subject: "tiny.onnx" });
  });

  it("encodes what a path cannot hold", async () => {
    const odd = { ...mirror, location: "tiny/a b#1.onnx" };
    const oddUrl = `${baseUrl}models-mirror/tiny/a%20b%231.onnx`;
    const platform = fakePlatform({
      [indexUrl]: index([{ path: odd.location, bytes: right.length }]),
      [oddUrl]: serve(right),
    });
    expectRight(await obtainFile(modelFile(odd), platform.context), "mirror");
  });
});

describe("a mirror", () => {
  it.each([
    ["there is none", offline],
    ["its index is not found", status(404)],
    ["a page is served in place of its index", status(200)],
    ["its index is empty", index([])],
    ["its index lists no files", () => Response.json({})],
    ["its index is null", () => Response.json(null)],
    ["its index has other entries", index([{ name: "tiny/model.onnx" }])],
  ] as const)("is not asked for the file when %s", async (_, answer) => {
    const platform = fakePlatform({ [indexUrl]: answer, [mirrorUrl]: serve(right) });
    expect((await failure(modelFile(mirror), platform.context)).tried).toEqual([
      "mirror: no mirror is served",
    ]);
    expect(platform.requests.map((request) => request.url)).toEqual([indexUrl]);
  });

  it.each([
    ["does not list it", [{ path: "other.onnx", bytes: 1 }], "tiny/model.onnx is not in the mirror"],
    [
      "lists another size",
      [{ path: "tiny/model.onnx", bytes: 7 }],
      "tiny/model.onnx has 7 bytes instead of 20000",
    ],
  ] as const)("is not asked for a file when its index %s", async (_, files, why) => {
    const platform = fakePlatform({ [indexUrl]: index(files), [mirrorUrl]: serve(right) });
    expect((await failure(modelFile(mirror), platform.context)).tried).toEqual([`mirror: ${why}`]);
    expect(platform.requests).toHaveLength(1);
  });
});

describe("when every source fails", () => {
  it("names the file, and one reason a source", async () => {
    const platform = fakePlatform({ [builtInUrl]: status(404) });
    expect(await failure(modelFile(builtIn, mirror, hub), platform.context)).toEqual({
      model: "tiny.onnx",
      tried: [
        `built-in: ${builtInUrl} answered with status 404`,
        "mirror: no mirror is served",
        `hub: ${hubUrl} unreachable (Failed to fetch)`,
      ],
    });
  });

  const page = new TextEncoder().encode("<html></html>");
  const pointer = new TextEncoder().encode("version https://git-lfs.github.com/spec/v1\n");
  it.each([
    ["a page", serve(page), "answered with a web page instead of the file"],
    ["a git-LFS pointer", serve(pointer), "holds a git-LFS pointer instead of the file"],
    ["half of it", serve(right.slice(0, 10_000)), "ended after 10000 of 20000 bytes"],
    ["more than it", serve(someBytes(20_500)), "has 20500 bytes or more instead of 20000"],
    [
      "something else of its size",
      serve(wrong),
      `is not the expected file (SHA-256 ${hexDigest(wrong)} instead of ${promised.sha256})`,
    ],
  ] as const)("says that it got %s, and keeps none of it as the file", async (_, answer, why) => {
    const platform = fakePlatform({ [hubUrl]: answer });
    expect((await failure(modelFile(hub), platform.context)).tried).toEqual([`hub: ${hubUrl} ${why}`]);
    expect([...platform.caches.entries.keys()].filter((key) => key.includes("/file/"))).toEqual([]);
  });

  it("passes a cancel on instead of trying the next source", async () => {
    const controller = new AbortController();
    const cancelling = () => {
      controller.abort();
      throw new DOMException("aborted", "AbortError");
    };
    const platform = fakePlatform(
      { [builtInUrl]: cancelling, [hubUrl]: serve(right) },
      { signal: controller.signal },
    );
    await expect(obtainFile(modelFile(builtIn, hub), platform.context)).rejects.toMatchObject({
      code: "job/cancelled",
    });
    expect(platform.requests).toHaveLength(1);
  });

  it("passes a defect on instead of calling it a bad source", async () => {
    const defect = new RangeError("defect");
    const crypto = { subtle: { digest: () => Promise.reject(defect) } };
    const platform = fakePlatform({ [hubUrl]: serve(right) }, { crypto });
    await expect(obtainFile(modelFile(hub), platform.context)).rejects.toBe(defect);
  });
});

describe("a kept copy", () => {
  it("is used after a reload without asking anybody", async () => {
    const platform = fakePlatform({ [hubUrl]: serve(right) });
    await obtainFile(modelFile(mirror, hub), platform.context);
    platform.requests.length = 0;
    const again = await obtainFile(modelFile(mirror, hub), platform.reloaded());
    expectRight(again, "cache");
    expect(again.notices).toEqual([]);
    expect(platform.requests).toEqual([]);
  });

  it.each([
    [
      "of another content",
      (bytes: typeof right) => bytes.map((byte, index) => (index === 9 ? byte ^ 1 : byte)),
    ],
    ["cut short", (bytes: typeof right) => bytes.slice(0, -1)],
    ["emptied", () => new Uint8Array(0)],
  ] as const)("that is %s is deleted and fetched again", async (_, damage) => {
    for (const source of [hub, unprovenHub]) {
      const platform = fakePlatform({ [hubUrl]: serve(right) });
      await obtainFile(modelFile(source), platform.context);
      const entries = platform.caches.entries;
      for (const [key, entry] of entries)
        if (key.includes("/file/")) entries.set(key, { ...entry, body: damage(entry.body) });
      const again = await obtainFile(modelFile(source), platform.reloaded());
      expectRight(again, "hub");
      expect(again.notices).toEqual(["The kept copy of tiny.onnx was damaged and has been deleted."]);
      expectRight(await obtainFile(modelFile(source), platform.reloaded()), "cache");
    }
  });

  it("of an older release, whose digest the app no longer expects, is replaced", async () => {
    const older = { ...builtIn, bytes: wrong.length, sha256: hexDigest(wrong) };
    const platform = fakePlatform({ [builtInUrl]: inTurn(serve(wrong), serve(right)) });
    await obtainFile(modelFile(older), platform.context);
    expectRight(await obtainFile(modelFile(builtIn), platform.reloaded()), "built-in");
  });
});

describe("a file that nobody vouches for", () => {
  const file = modelFile(unprovenHub);

  it("is pinned on first use, and kept even if its source changes", async () => {
    const platform = fakePlatform({ [hubUrl]: inTurn(serve(right), serve(wrong)) });
    expect((await obtainFile(file, platform.context)).notices).toEqual([]);
    expectRight(await obtainFile(file, platform.reloaded()), "cache");
    expect(platform.requests).toHaveLength(1);
  });

  it("is used but reported when the copy is gone and the source gives another one", async () => {
    const platform = fakePlatform({ [hubUrl]: inTurn(serve(right), serve(wrong)) });
    await obtainFile(file, platform.context);
    for (const key of platform.caches.entries.keys())
      if (key.includes("/file/")) platform.caches.entries.delete(key);
    const changed = await obtainFile(file, platform.reloaded());
    expect(hexDigest(changed.bytes)).toBe(hexDigest(wrong));
    expect(changed.notices).toHaveLength(1);
    expect(changed.notices[0]).toContain(hexDigest(right));
    expect(changed.notices[0]).toContain(hexDigest(wrong));
    const later = await obtainFile(file, platform.reloaded());
    expect([later.source, hexDigest(later.bytes), later.notices]).toEqual(["cache", hexDigest(wrong), []]);
  });

  it("is not reported when the copy is gone and the source gives the same one", async () => {
    const platform = fakePlatform({ [hubUrl]: serve(right) });
    await obtainFile(file, platform.context);
    for (const key of platform.caches.entries.keys())
      if (key.includes("/file/")) platform.caches.entries.delete(key);
    const again = await obtainFile(file, platform.reloaded());
    expect([again.source, again.notices]).toEqual(["hub", []]);
  });

  it("is not trusted when its pin is gone", async () => {
    const platform = fakePlatform({ [hubUrl]: serve(right) });
    await obtainFile(file, platform.context);
    for (const key of platform.caches.entries.keys())
      if (key.includes("/pin/")) platform.caches.entries.delete(key);
    expect((await obtainFile(file, platform.reloaded())).source).toBe("hub");
  });
});

describe("storage that fails", () => {
  const stays = "tiny.onnx stays in memory and has to be fetched again after a reload.";

  it.each([
    ["full", quotaExceeded(), `The browser's storage for this page is full. ${stays}`],
    ["broken", new Error("disk"), `The browser could not store a file. ${stays}`],
  ] as const)("because it is %s leaves the file in memory, with a notice", async (_, error, notice) => {
    const platform = fakePlatform({ [hubUrl]: serve(right) });
    platform.caches.refuse = () => error;
    const first = await obtainFile(modelFile(hub), platform.context);
    expectRight(first, "hub");
    expect(first.notices).toEqual([notice]);
    expectRight(await obtainFile(modelFile(hub), platform.context), "cache");
    expectRight(await obtainFile(modelFile(hub), platform.reloaded()), "hub");
  });

  it("does not leave an outdated copy that a reload would bring back", async () => {
    const platform = fakePlatform({ [hubUrl]: inTurn(serve(right), serve(wrong)) });
    await obtainFile(modelFile(unprovenHub), platform.context);
    const [key] = [...platform.caches.entries.keys()].filter((name) => name.includes("/pin/"));
    platform.caches.entries.delete(key);
    platform.caches.refuse = (name) => (name.includes("/file/") ? quotaExceeded() : undefined);
    await obtainFile(modelFile(unprovenHub), platform.reloaded());
    expect([...platform.caches.entries.keys()].filter((name) => name.includes("/file/"))).toEqual([]);
  });

  it.each([
    ["is not there", undefined],
    ["cannot be opened", { open: () => Promise.reject(new DOMException("no", "SecurityError")) }],
  ] as const)("because it %s leaves the file in memory, with a notice", async (_, caches) => {
    const platform = fakePlatform({ [hubUrl]: serve(right) }, { caches });
    const first = await obtainFile(modelFile(hub), platform.context);
    expectRight(first, "hub");
    expect(first.notices).toEqual([`The browser offers this page no storage. ${stays}`]);
    expectRight(await obtainFile(modelFile(hub), platform.context), "cache");
  });

  it("whose reading fails counts as empty", async () => {
    const failing = () => Promise.reject(new Error("disk"));
    const caches = { open: async () => ({ match: failing, put: failing, delete: failing }) };
    const platform = fakePlatform({ [hubUrl]: serve(right) }, { caches });
    expectRight(await obtainFile(modelFile(hub), platform.context), "hub");
  });

  it("does not mind bytes in memory that somebody took away", async () => {
    const platform = fakePlatform({ [hubUrl]: serve(right) }, { caches: undefined });
    const first = await obtainFile(modelFile(hub), platform.context);
    structuredClone(first.bytes, { transfer: [first.bytes.buffer] });
    expectRight(await obtainFile(modelFile(hub), platform.context), "hub");
  });
});

describe("an insecure page", () => {
  it("verifies without Web Crypto", async () => {
    for (const crypto of [undefined, {}]) {
      const platform = fakePlatform(
        { [hubUrl]: inTurn(serve(wrong), serve(right)) },
        { crypto, caches: undefined },
      );
      expect((await failure(modelFile(hub), platform.context)).tried[0]).toContain(hexDigest(wrong));
      expectRight(await obtainFile(modelFile(hub), platform.context), "hub");
    }
  });
});

describe("a resumed file with a wrong beginning", () => {
  it("is fetched once more as a whole", async () => {
    const controller = new AbortController();
    const half = { after: 10_000, how: "stall" } as const;
    const hidden = { hidden: ["content-range"] };
    const platform = fakePlatform({ [hubUrl]: serve(wrong, { stop: half }) });
    const stopAt = ({ done = 0 }) => done >= 10_000 && controller.abort();
    const first = platform.reloaded({ signal: controller.signal, onProgress: stopAt });
    setTimeout(() => controller.abort(), 20);
    await expect(obtainFile(modelFile(hub), first)).rejects.toMatchObject({ code: "job/cancelled" });
    platform.routes.set(hubUrl, serve(right, hidden));
    expectRight(await obtainFile(modelFile(hub), platform.reloaded()), "hub");
    expect(platform.requests.map((request) => request.from)).toEqual([undefined, 10_000, undefined]);
  });
});
