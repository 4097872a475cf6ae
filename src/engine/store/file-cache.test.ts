// One name, one entry: what was written last is what is read, wherever it had to be put.
import { describe, expect, it } from "vitest";
import { fakeCaches, quotaExceeded, someBytes } from "../../../tests/support/fake-platform.ts";
import { openFileCache } from "./file-cache.ts";

const key = "https://app.example/model-store/file/hub/a";
const first = { bytes: someBytes(100), facts: { etag: '"one"', total: "100" } };
const second = { bytes: someBytes(200, 2), facts: {} };

describe("openFileCache", () => {
  it("gives back bytes and facts, also when it is opened anew", async () => {
    const caches = fakeCaches();
    expect(await (await openFileCache({ caches, memory: new Map() })).write(key, first)).toEqual({
      place: "storage",
    });
    expect(await (await openFileCache({ caches, memory: new Map() })).read(key)).toEqual(first);
  });

  it("has nothing under another name, nor after removing", async () => {
    for (const caches of [fakeCaches(), undefined]) {
      const cache = await openFileCache({ caches, memory: new Map() });
      await cache.write(key, first);
      expect(await cache.read(`${key}b`)).toBeUndefined();
      await cache.remove(key);
      expect(await cache.read(key)).toBeUndefined();
    }
  });

  it("keeps in memory what does not fit, and drops the older entry that a reload would bring back", async () => {
    const caches = fakeCaches();
    const memory = new Map();
    const cache = await openFileCache({ caches, memory });
    await cache.write(key, first);
    caches.refuse = () => quotaExceeded();
    expect(await cache.write(key, second)).toEqual({ place: "memory", why: "full" });
    expect(await cache.read(key)).toBe(second);
    expect(caches.entries.size).toBe(0);
  });

  it("drops the older entry in memory once there is room again", async () => {
    const caches = fakeCaches();
    const memory = new Map();
    const cache = await openFileCache({ caches, memory });
    caches.refuse = () => quotaExceeded();
    await cache.write(key, first);
    caches.refuse = undefined;
    expect(await cache.write(key, second)).toEqual({ place: "storage" });
    expect(await cache.read(key)).toEqual(second);
    expect(memory.size).toBe(0);
  });
});
