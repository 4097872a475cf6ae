// Which requests the service worker answers, with what, and which it leaves alone.
import { describe, expect, test } from "vitest";
import {
  type AppHost,
  appHost,
  buildOf,
  keptBy,
  memoryCaches,
  scope,
  surroundingsOf,
} from "../../tests/support/app-host.ts";
import { answer } from "./answer.ts";
import { dropOthers } from "./app-caches.ts";
import { keepApp } from "./kept-app.ts";
import type { Surroundings } from "./surroundings.ts";

const files = {
  "index.html": "page",
  "assets/worker-AAAAAAAA.js": "worker",
  "assets/ort-BBBBBBBB.wasm": "runtime",
  "samples/a picture.jpg": "picture",
};
const runtime = "assets/ort-BBBBBBBB.wasm";

function start(
  host: AppHost = appHost(files),
  caches: Surroundings["caches"] = memoryCaches(),
): Surroundings {
  return surroundingsOf(buildOf(files, [runtime]), host, caches);
}

/** Asks as a page does, and waits until the service worker may sleep. */
async function ask(
  worker: Surroundings,
  path: string,
  request: RequestInit = {},
): Promise<Response | undefined> {
  const awake: Promise<unknown>[] = [];
  const response = await answer(new Request(new URL(path, scope), request), worker, (work) =>
    awake.push(work),
  );
  await Promise.all(awake);
  return response;
}

describe("left to the network", () => {
  test.each([
    { what: "a model", path: "models/deit.onnx" },
    { what: "the mirror", path: "models-mirror/index.json" },
    { what: "another folder of the host", path: "/some/other.html" },
    { what: "a folder whose name begins like the app's", path: "/some/application/index.html" },
    { what: "another host", path: "https://huggingface.co/some/app/index.html" },
    { what: "a name that is no name", path: "%E0%A4%A" },
    { what: "a part of a file", path: runtime, request: { headers: { Range: "bytes=5-" } } },
    { what: "anything that is sent", path: "index.html", request: { method: "POST", body: "picture" } },
  ])("$what", async ({ path, request }) => {
    const host = appHost({ ...files, "models/deit.onnx": "weights", "models-mirror/index.json": "{}" });
    expect(await ask(start(host), path, request)).toBeUndefined();
    expect(host.requests).toEqual([]);
  });
});

describe("a file of the app", () => {
  test.each(["", "index.html", "?from=home", "assets/worker-AAAAAAAA.js", "samples/a%20picture.jpg"])(
    "%s makes the page isolated, from the network and from the cache",
    async (path) => {
      const host = appHost(files);
      const decoded = new Map([
        ...host.files,
        ["samples/a%20picture.jpg", "picture"],
        ["?from=home", "page"],
      ]);
      const worker = start({ ...host, files: decoded });
      const responses = [await ask(worker, path), await ask(worker, path)];
      expect(host.requests).toHaveLength(1);
      for (const response of responses) {
        expect(response?.status).toBe(200);
        expect(response?.headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
        expect(response?.headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
        expect(response?.headers.get("X-Host")).toBe("kept");
        expect(response?.headers.get("Content-Encoding")).toBeNull();
      }
      expect(await responses[0]?.text()).toBe(await responses[1]?.text());
    },
  );

  test("is kept once it is used", async () => {
    const worker = start();
    await ask(worker, runtime);
    expect(await keptBy(worker)).toEqual([runtime]);
  });

  test("of another build is passed on and not kept", async () => {
    const worker = start(appHost({ ...files, "index.html": "newer page" }));
    expect(await (await ask(worker, ""))?.text()).toBe("newer page");
    expect(await keptBy(worker)).toEqual([]);
  });

  test("that the host does not have is answered as the host answers", async () => {
    const worker = start(appHost({}));
    expect((await ask(worker, "index.html"))?.status).toBe(404);
    expect(await keptBy(worker)).toEqual([]);
  });

  test("works where nothing can be kept", async () => {
    const broken = {
      ...memoryCaches(),
      open: () => Promise.reject(new DOMException("blocked", "SecurityError")),
    };
    expect(await (await ask(start(appHost(files), broken), ""))?.text()).toBe("page");
  });

  test("without a network comes from the cache, or fails as the network does", async () => {
    const host = appHost(files);
    const worker = start(host);
    await keepApp(worker);
    host.online = false;
    expect(await (await ask(worker, ""))?.text()).toBe("page");
    await expect(ask(worker, runtime)).rejects.toThrow(TypeError);
  });
});

describe("a page on an earlier build", () => {
  const newer = buildOf({ "index.html": "newer page", "assets/worker-CCCCCCCC.js": "newer worker" });

  test("still gets its parts after the newer one took over and the host deleted them", async () => {
    const caches = memoryCaches();
    await keepApp(start(appHost(files), caches));
    const worker = surroundingsOf(newer, appHost({}), caches);
    const response = await ask(worker, "assets/worker-AAAAAAAA.js");
    expect(await response?.text()).toBe("worker");
    expect(response?.headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
  });

  test("asks the host for what was never kept", async () => {
    const worker = surroundingsOf(newer, appHost(files));
    const response = await ask(worker, runtime);
    expect(await response?.text()).toBe("runtime");
    expect(response?.headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
  });
});

describe("earlier builds are deleted", () => {
  const own = buildOf({ "index.html": "3" });
  const nameOf = (folder: string, version: string) => `patchlight-app ${folder} ${version}`;

  test.each([
    { spared: 0, left: [] },
    { spared: 1, left: [nameOf("/some/app/", "2")] },
  ])("all but the newest $spared, and never those of other apps", async ({ spared, left }) => {
    const caches = memoryCaches();
    const others = ["patchlight-models-1", nameOf("/some/", "1"), nameOf("/some/app/two/", "1"), "other"];
    const ours = [nameOf("/some/app/", "1"), nameOf("/some/app/", "2"), nameOf("/some/app/", own.version)];
    for (const name of [...others, ...ours]) await caches.open(name);
    await dropOthers(surroundingsOf(own, appHost({}), caches), spared);
    expect(caches.names()).toEqual([...others, ...left, nameOf("/some/app/", own.version)]);
  });
});
