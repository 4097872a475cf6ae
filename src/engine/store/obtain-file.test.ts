// Where a file comes from, and what is said when it comes from nowhere.
import { describe, expect, it } from "vitest";
import {
  type Answer,
  baseUrl,
  fakePlatform,
  hexDigest,
  offline,
  serve,
  someBytes,
  status,
} from "../../../tests/support/fake-platform.ts";
import {
  builtIn,
  builtInUrl,
  failure,
  hub,
  hubUrl,
  index,
  indexUrl,
  mirror,
  mirrorHasIt,
  mirrorUrl,
  modelFile,
  promised,
  right,
  summary,
  wrong,
} from "../../../tests/support/trial-files.ts";
import { type ObtainedFile, obtainFile } from "./obtain-file.ts";

function expectRight(obtained: ObtainedFile, source: ObtainedFile["source"]): void {
  expect(summary(obtained)).toEqual({ sha256: promised.sha256, source });
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
    [
      "its index is refused",
      () => Response.json({ files: [{ path: "tiny/model.onnx", bytes: 20_000 }] }, { status: 403 }),
    ],
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

  it("asks nobody, not even the cache, once it is cancelled", async () => {
    const platform = fakePlatform({ [hubUrl]: serve(right) });
    await obtainFile(modelFile(hub), platform.context);
    const cancelled = platform.reloaded({ signal: AbortSignal.abort() });
    await expect(obtainFile(modelFile(hub), cancelled)).rejects.toMatchObject({ code: "job/cancelled" });
  });

  it("is cancelled while the mirror is asked, too", async () => {
    const controller = new AbortController();
    const cancelling: Answer = () => {
      controller.abort();
      return offline({ url: indexUrl, from: undefined, signal: controller.signal });
    };
    const platform = fakePlatform({ [indexUrl]: cancelling }, { signal: controller.signal });
    await expect(obtainFile(modelFile(mirror), platform.context)).rejects.toMatchObject({
      code: "job/cancelled",
    });
  });
});
