// What is kept of a file, how far it is trusted later, and what the user is told.
import { describe, expect, it } from "vitest";
import {
  fakePlatform,
  hexDigest,
  inTurn,
  offline,
  quotaExceeded,
  serve,
} from "../../../tests/support/fake-platform.ts";
import {
  builtIn,
  builtInUrl,
  failure,
  hub,
  hubUrl,
  mirror,
  modelFile,
  promised,
  right,
  summary,
  unprovenHub,
  wrong,
} from "../../../tests/support/trial-files.ts";
import { type ObtainedFile, obtainFile } from "./obtain-file.ts";

function expectRight(obtained: ObtainedFile, source: ObtainedFile["source"]): void {
  expect(summary(obtained)).toEqual({ sha256: promised.sha256, source });
}

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

  it("that is damaged does not stay when it cannot be fetched again", async () => {
    const platform = fakePlatform({ [hubUrl]: inTurn(serve(right), offline) });
    await obtainFile(modelFile(hub), platform.context);
    for (const [key, entry] of platform.caches.entries)
      platform.caches.entries.set(key, { ...entry, body: entry.body.slice(1) });
    await failure(modelFile(hub), platform.reloaded());
    expect(platform.caches.entries.size).toBe(0);
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
