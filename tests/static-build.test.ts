// What the service worker is told to keep, how the app shell is measured, and how models are laid beside a build.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { measureApp, totalOf } from "../tools/app-size.ts";
import { layMirror } from "../tools/lay-mirror.ts";
import { oneLanguage } from "../tools/vite/one-language.ts";
import { listBuild } from "../tools/vite/service-worker.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchlight-build-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes files below the folder; a number is a size in bytes. */
function write(files: Readonly<Record<string, string | number>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : Buffer.alloc(content, path));
  }
}

describe("the list for the service worker", () => {
  test("scripts, styles and small files at once; runtimes and large files once used; models never", async () => {
    write({
      "index.html": 1000,
      "service-worker.js": 10,
      "assets/index-AAAAAAAA.js": 700_000,
      "assets/index-AAAAAAAA.js.map": 10,
      "assets/index-AAAAAAAA.css": 10,
      "assets/worker-AAAAAAAA.js": 300_000,
      "assets/ort.wasm.bundle.min-AAAAAAAA.js": 10,
      "assets/ort-wasm-simd-threaded-AAAAAAAA.wasm": 10,
      "labels/imagenet-1k.txt": 10,
      "labels/README.md": 10,
      "models/nano/card.json": 10,
      "models/nano/nano.onnx": 10,
      "models-mirror/index.json": 10,
      "samples/cat.jpg": 150_000,
      "samples/cat.tensors": 150_001,
    });
    const { files } = await listBuild(folder);
    expect(Object.fromEntries(files.map(({ path, kept }) => [path, kept]))).toEqual({
      "index.html": "at-once",
      "assets/index-AAAAAAAA.js": "at-once",
      "assets/index-AAAAAAAA.css": "at-once",
      "assets/worker-AAAAAAAA.js": "at-once",
      "assets/ort.wasm.bundle.min-AAAAAAAA.js": "once-used",
      "assets/ort-wasm-simd-threaded-AAAAAAAA.wasm": "once-used",
      "labels/imagenet-1k.txt": "at-once",
      "models/nano/card.json": "at-once",
      "samples/cat.jpg": "at-once",
      "samples/cat.tensors": "once-used",
    });
  });

  test("one changed byte is another version, and nothing else is", async () => {
    write({ "index.html": "page 1", "samples/cat.jpg": "cat" });
    const before = await listBuild(folder);
    write({ "service-worker.js": "whatever", "index.html": "page 1" });
    expect(await listBuild(folder)).toEqual(before);
    write({ "index.html": "page 2" });
    const after = await listBuild(folder);
    expect(after.version).not.toBe(before.version);
    expect(after.files[1]).toEqual(before.files[1]);
  });
});

test("the app shell is the page and what it names, compressed", async () => {
  write({
    "index.html":
      '<script src="./assets/index-A.js"></script><link rel="modulepreload" href="./assets/part-B.js">',
    "assets/index-A.js": 100_000,
    "assets/part-B.js": 100_000,
    "assets/later-C.js": 100_000,
    "assets/runtime-D.wasm": 100_000,
    "samples/cat.jpg": 100_000,
  });
  const { shell, later } = await measureApp(folder);
  expect(shell.map(({ path }) => path)).toEqual(["assets/index-A.js", "assets/part-B.js", "index.html"]);
  expect(later.map(({ path }) => path)).toEqual(["assets/later-C.js"]);
  expect(totalOf(shell)).toBeGreaterThan(100);
  expect(totalOf(shell)).toBeLessThan(2000);
});

test("a mirror is laid beside the page with its list, links as files", async () => {
  const models = join(folder, "models");
  write({ "models/tiny/model.onnx": 100, "elsewhere.onnx": 50, "build/models-mirror/index.json": "{}" });
  symlinkSync(join(folder, "elsewhere.onnx"), join(models, "linked.onnx"));
  const files = [
    { path: "linked.onnx", bytes: 50 },
    { path: "tiny/model.onnx", bytes: 100 },
  ];
  expect(await layMirror(models, join(folder, "build"))).toEqual(files);
  const mirror = join(folder, "build/models-mirror");
  expect(JSON.parse(readFileSync(join(mirror, "index.json"), "utf8"))).toEqual({ files });
  expect(readFileSync(join(mirror, "linked.onnx"))).toHaveLength(50);
  expect(readFileSync(join(mirror, "tiny/model.onnx"))).toHaveLength(100);
});

test("of react-aria's sentences only those in the page's language are bundled", () => {
  const { load } = oneLanguage("en-US");
  if (typeof load !== "object") throw new Error("the plugin loads nothing");
  const { filter, handler } = load;
  const idOf = (name: string) => `/app/node_modules/react-aria/dist/private/intl/combobox/${name}.mjs`;
  const pattern = (filter as { readonly id: RegExp }).id;
  const loaded = (id: string) => (pattern.test(id) ? handler.call({} as never, id) : "not asked");
  expect(loaded(idOf("de-DE"))).toBe("export default undefined;");
  expect(loaded(idOf("en-US"))).toBeUndefined();
  expect(loaded("/app/src/ui/strings.ts")).toBe("not asked");
});
