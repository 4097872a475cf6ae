// What is kept of a build: all that a start needs, byte for byte, and as little as possible over the network.
import { describe, expect, test } from "vitest";
import { appHost, buildOf, keptBy, memoryCaches, surroundingsOf } from "../../tests/support/app-host.ts";
import { roleOf } from "./app-build.ts";
import { keepApp } from "./kept-app.ts";

const first = {
  "index.html": "page 1",
  "assets/index-AAAAAAAA.js": "script 1",
  "assets/ort-BBBBBBBB.wasm": "runtime 1",
  "samples/cat.jpg": "cat",
};
const runtime = "assets/ort-BBBBBBBB.wasm";
const atOnce = ["assets/index-AAAAAAAA.js", "index.html", "samples/cat.jpg"];

describe("a first build", () => {
  test("what is needed at once is kept, the rest is not even asked for", async () => {
    const host = appHost(first);
    const worker = surroundingsOf(buildOf(first, [runtime]), host);
    expect(await keepApp(worker)).toEqual([]);
    expect(await keptBy(worker)).toEqual(atOnce);
    expect(host.requests.map(({ path }) => path)).not.toContain(runtime);
  });

  test("a second time nothing is fetched", async () => {
    const host = appHost(first);
    const worker = surroundingsOf(buildOf(first, [runtime]), host);
    await keepApp(worker);
    host.requests.length = 0;
    expect(await keepApp(worker)).toEqual([]);
    expect(host.requests).toEqual([]);
  });

  test("names without a hash are asked for past the browser's own cache", async () => {
    const host = appHost(first);
    await keepApp(surroundingsOf(buildOf(first, [runtime]), host));
    const modes = Object.fromEntries(host.requests.map(({ path, cache }) => [path, cache]));
    expect(modes).toEqual({
      "": "no-cache",
      "assets/index-AAAAAAAA.js": "default",
      "samples/cat.jpg": "no-cache",
    });
  });

  test("bytes of another build are refused and named, the rest is kept", async () => {
    const host = appHost({ ...first, "index.html": "page 2", "samples/cat.jpg": "<!doctype html>" });
    const worker = surroundingsOf(buildOf(first, [runtime]), host);
    const missed = [...(await keepApp(worker))].sort((a, b) => (a.path < b.path ? -1 : 1));
    expect(missed).toEqual([
      { path: "index.html", why: "unfit" },
      { path: "samples/cat.jpg", why: "unfit" },
    ]);
    expect(await keptBy(worker)).toEqual(["assets/index-AAAAAAAA.js"]);
  });

  test("what is missing now is kept the next time", async () => {
    const host = appHost(first);
    const worker = surroundingsOf(buildOf(first, [runtime]), host);
    host.online = false;
    expect(await keepApp(worker)).toHaveLength(atOnce.length);
    host.online = true;
    expect(await keepApp(worker)).toEqual([]);
    expect(await keptBy(worker)).toEqual(atOnce);
  });

  test("a full storage is told from a host that is not complete", async () => {
    const worker = surroundingsOf(buildOf(first, [runtime]), appHost(first), memoryCaches(true));
    const missed = await keepApp(worker);
    expect(missed.map(({ path }) => path).sort()).toEqual(atOnce);
    expect(new Set(missed.map(({ why }) => why))).toEqual(new Set(["no-room"]));
  });

  test("a body that breaks off is not kept", async () => {
    const worker = surroundingsOf(buildOf(first, [runtime]), appHost(first));
    const broken = () =>
      new ReadableStream({ pull: (controller) => controller.error(new TypeError("gone")) });
    const missed = await keepApp({ ...worker, fetch: async () => new Response(broken()) });
    expect(missed).toHaveLength(atOnce.length);
    expect(await keptBy(worker)).toEqual([]);
  });

  test("a host that serves the page only under its name is enough", async () => {
    const host = appHost(first);
    const worker = surroundingsOf(buildOf(first, [runtime]), host);
    const named = {
      ...worker,
      fetch: (address: string, request: RequestInit) =>
        address === worker.scope.href
          ? Promise.resolve(new Response("Forbidden", { status: 403 }))
          : worker.fetch(address, request),
    };
    expect(await keepApp(named)).toEqual([]);
    expect(await keptBy(worker)).toContain("index.html");
  });
});

describe("the next build", () => {
  const second = {
    "index.html": "page 2",
    "assets/index-CCCCCCCC.js": "script 2",
    "assets/ort-BBBBBBBB.wasm": "runtime 1",
    "samples/cat.jpg": "cat",
  };

  test("what did not change is taken over, what did is fetched", async () => {
    const host = appHost(first);
    const caches = memoryCaches();
    await keepApp(surroundingsOf(buildOf(first, [runtime]), host, caches));
    const next = appHost(second);
    const worker = surroundingsOf(buildOf(second, [runtime]), next, caches);
    expect(await keepApp(worker)).toEqual([]);
    expect(next.requests.map(({ path }) => path).sort()).toEqual(["", "assets/index-CCCCCCCC.js"]);
    expect(await keptBy(worker)).toEqual(["assets/index-CCCCCCCC.js", "index.html", "samples/cat.jpg"]);
  });

  test("a file of the same name and other bytes is not taken over", async () => {
    const caches = memoryCaches();
    await keepApp(surroundingsOf(buildOf(first, [runtime]), appHost(first), caches));
    const changed = { ...second, "samples/cat.jpg": "another cat" };
    const worker = surroundingsOf(buildOf(changed, [runtime]), appHost(changed), caches);
    await keepApp(worker);
    const cache = await caches.open(caches.names().at(-1) ?? "");
    const cat = await cache.match(new URL("samples/cat.jpg", worker.scope).href);
    expect(await cat?.text()).toBe("another cat");
  });

  test.each([
    { hash: "the same hash", path: runtime, fetched: 0 },
    { hash: "another hash", path: "assets/ort-DDDDDDDD.wasm", fetched: 1 },
  ])("the runtime that was used comes along, with $hash", async ({ path, fetched }) => {
    const caches = memoryCaches();
    const old = surroundingsOf(buildOf(first), appHost(first), caches);
    await keepApp(old);
    const { [runtime]: _, ...rest } = second;
    const files = { ...rest, [path]: fetched === 0 ? "runtime 1" : "runtime 2" };
    const host = appHost(files);
    const worker = surroundingsOf(buildOf(files, [path]), host, caches);
    expect(await keepApp(worker)).toEqual([]);
    expect(await keptBy(worker)).toContain(path);
    expect(host.requests.filter((request) => request.path === path)).toHaveLength(fetched);
  });

  test("a runtime that was never used does not come along", async () => {
    const caches = memoryCaches();
    await keepApp(surroundingsOf(buildOf(first, [runtime]), appHost(first), caches));
    const worker = surroundingsOf(buildOf(second, [runtime]), appHost(second), caches);
    await keepApp(worker);
    expect(await keptBy(worker)).not.toContain(runtime);
  });
});

test.each([
  { path: "assets/index-Bc_PSt8u.css", role: "assets/index.css" },
  {
    path: "assets/ort-wasm-simd-threaded.jspi-CZzF-CHi.wasm",
    role: "assets/ort-wasm-simd-threaded.jspi.wasm",
  },
  { path: "samples/soccer-ball-umbrella.jpg", role: "samples/soccer-ball-umbrella.jpg" },
  { path: "index.html", role: "index.html" },
])("the role of $path", ({ path, role }) => {
  expect(roleOf(path)).toBe(role);
});
