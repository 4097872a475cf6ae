// The server behind the model mirror and the static hosts of the tests: ranges, entity tags, and nothing beside the folder.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRange } from "../tools/http/send-file.ts";
import { type RunningHost, startStaticServer } from "../tools/static-server.ts";

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
let parent = "";
let host: RunningHost;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), "patchlight-serving-"));
  const folder = join(parent, "mirror");
  mkdirSync(join(folder, "tiny model"), { recursive: true });
  writeFileSync(join(parent, "secret.txt"), "not for the page");
  writeFileSync(join(folder, "tiny model", "weights.onnx"), bytes);
  writeFileSync(join(folder, "empty.bin"), "");
  writeFileSync(join(folder, ".hidden"), "x");
  writeFileSync(join(parent, "elsewhere.onnx"), bytes.subarray(0, 10));
  symlinkSync(join(parent, "elsewhere.onnx"), join(folder, "linked.onnx"));
  symlinkSync(folder, join(folder, "loop"));
  host = await startStaticServer({ folder: join(parent, "nothing"), subPath: "/app/", mirror: folder });
});

afterAll(async () => {
  await host.close();
  rmSync(parent, { recursive: true, force: true });
});

/** Sends `path` as it is: `fetch` would tidy up dots before sending. */
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(host.url);
    const sent = request({ host: "127.0.0.1", port, path, headers, method }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

const weights = "/app/models-mirror/tiny%20model/weights.onnx";

describe("the index", () => {
  test("lists all files below the folder, linked ones too, hidden ones not, and ends at a link to itself", async () => {
    const { body } = await ask("/app/models-mirror/index.json");
    expect(JSON.parse(body.toString())).toEqual({
      files: [
        { path: "empty.bin", bytes: 0 },
        { path: "linked.onnx", bytes: 10 },
        { path: "tiny model/weights.onnx", bytes: 1000 },
      ],
    });
  });
});

describe("a file", () => {
  test("comes whole, with its length and a tag", async () => {
    const { status, headers, body } = await ask(weights);
    expect({ status, length: headers["content-length"], ranges: headers["accept-ranges"] }).toEqual({
      status: 200,
      length: "1000",
      ranges: "bytes",
    });
    expect(headers.etag).toMatch(/^".+"$/);
    expect(body.equals(bytes)).toBe(true);
  });

  test.each([
    ["bytes=0-0", 0, 0],
    ["bytes=990-", 990, 999],
    ["bytes=-7", 993, 999],
    ["bytes=5-5000", 5, 999],
  ])("in part: %s", async (range, start, end) => {
    const { status, headers, body } = await ask(weights, { range });
    expect(status).toBe(206);
    expect(headers["content-range"]).toBe(`bytes ${start}-${end}/1000`);
    expect(headers["content-length"]).toBe(String(end - start + 1));
    expect(body.equals(bytes.subarray(start, end + 1))).toBe(true);
  });

  test("a range behind its end is 416 with the size", async () => {
    const { status, headers } = await ask(weights, { range: "bytes=1000-" });
    expect([status, headers["content-range"]]).toEqual([416, "bytes */1000"]);
  });

  test("a range of a changed file is answered with the whole new file", async () => {
    const tag = String((await ask(weights)).headers.etag);
    expect((await ask(weights, { range: "bytes=3-4", "if-range": tag })).status).toBe(206);
    expect((await ask(weights, { range: "bytes=3-4", "if-range": '"another"' })).status).toBe(200);
  });

  test("not changed: 304 without a body", async () => {
    const tag = String((await ask(weights)).headers.etag);
    const { status, body } = await ask(weights, { "if-none-match": tag });
    expect([status, body.length]).toEqual([304, 0]);
  });

  test("HEAD tells the length and sends nothing; POST is refused", async () => {
    const head = await ask(weights, {}, "HEAD");
    expect([head.status, head.headers["content-length"], head.body.length]).toEqual([200, "1000", 0]);
    expect((await ask(weights, {}, "POST")).status).toBe(405);
  });

  test("an empty file has no range", async () => {
    expect((await ask("/app/models-mirror/empty.bin")).status).toBe(200);
    expect((await ask("/app/models-mirror/empty.bin", { range: "bytes=0-" })).status).toBe(416);
  });
});

test.each([
  "/app/models-mirror/../secret.txt",
  "/app/models-mirror/%2e%2e/secret.txt",
  "/app/models-mirror/..%2fsecret.txt",
  "/app/models-mirror/tiny%20model/../../secret.txt",
  "/app/models-mirror//etc/passwd",
  "/app/models-mirror/%00",
  "/app/models-mirror/%E0%A4%A",
  "/app/models-mirror/.hidden",
  "/app/models-mirror/tiny%20model",
  "/models-mirror/linked.onnx",
])("404 for %s", async (path) => {
  expect((await ask(path)).status).toBe(404);
});

test("what is no single range means the whole file", () => {
  for (const header of [undefined, "", "bytes=", "bytes=-", "bytes=2-1", "bytes=0-1,3-4", "items=0-1"])
    expect(parseRange(header, 10)).toBeUndefined();
});
