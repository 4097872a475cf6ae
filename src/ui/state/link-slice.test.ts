// Links and sessions in the store: what they say is shown, and what they lack is waited for.
import { describe, expect, it, vi } from "vitest";
import { examplePanel } from "../../../tests/support/export-panel.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { writeSession } from "../session/write-session.ts";
import { classification, classifierInfo, heatmap, preparedImage, runtimeInfo } from "../testing/results.ts";
import {
  bringUp,
  createTestStore,
  findInstances,
  jobOf,
  showPicture,
  type TestStore,
} from "../testing/test-store.ts";
import { currentView } from "../url/current-view.ts";
import { defaultLinkedView, type View } from "../url/view.ts";
import { encodeView } from "../url.ts";
import { awaitedModel, awaitedPicture } from "./link-state.ts";

const samples = ["first", "second"].map((id) => ({ id, title: id, file: `${id}.jpg`, credit: "made up" }));
const ports = { fetchJson: async () => samples, fetchBlob: async (path: string) => new Blob([path]) };

/** Lets everything that waits for nothing but itself go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** Starts the page as a browser does: the link first. */
async function bootWith(
  fragment: string,
  given: Parameters<typeof createTestStore>[0] = ports,
): Promise<TestStore> {
  const test = createTestStore(given);
  void test.store.getState().openLink(fragment);
  void test.store.getState().boot();
  await settle();
  await test.engine.last("explain.start").resolve(runtimeInfo);
  return test;
}

async function loadModel(test: TestStore, info = classifierInfo): Promise<void> {
  await test.engine.last("explain.loadModel").resolve(info);
  await settle();
}

/** Answers until the picture that is open has its map. */
async function answerPicture({ engine, store }: TestStore, values?: readonly number[]): Promise<void> {
  const prepare = engine.last("explain.prepare");
  const job = jobOf(prepare);
  await prepare.resolve(preparedImage(job, store.getState().framing));
  await engine.last("explain.classify").resolve(classification(job));
  await engine.last("explain.explain").resolve(heatmap(job, values));
  await settle();
}

/** The fragment for what the page shows, once it can be told. */
async function fragmentOf({ store }: TestStore): Promise<string | null> {
  await store.getState().namePicture();
  const view = currentView(store.getState());
  return view && encodeView(view);
}

describe("a link that the page is opened with", () => {
  it("shows its sample with its method, options, class, framing and colours, and is the page's own link again", async () => {
    const fragment =
      "v=1&method=gradient-rollout&o.discardRatio=0.5&class=2&framing=squash&opacity=0.3&colours=viridis&sample=second";
    const test = await bootWith(fragment);
    await loadModel(test);
    expect(test.engine.last("explain.prepare").args[2]).toBe("squash");
    await answerPicture(test);
    expect(test.store.getState().shown?.picture.sample).toBe("second");
    expect(test.engine.last("explain.explain").args[1]).toMatchObject({
      method: "gradient-rollout",
      options: { discardRatio: 0.5 },
      target: { kind: "class", index: 2 },
    });
    expect(test.store.getState()).toMatchObject({ opacity: 0.3, colourMap: "viridis" });
    expect(await fragmentOf(test)).toBe(fragment);
  });

  it("chooses its objects once they are found, and only those that are there", async () => {
    const test = await bootWith("v=1&objects=0,2,7&sample=first");
    await loadModel(test);
    await answerPicture(test);
    expect(await fragmentOf(test)).toBe("v=1&objects=0,2,7&sample=first");
    await findInstances(test, ["cat", "dog", "cup"]);
    expect(test.store.getState().chosen).toEqual([0, 2]);
    expect(test.engine.last("segment.foreground").args[1]).toMatchObject({ instances: [0, 2] });
    expect(await fragmentOf(test)).toBe("v=1&objects=0,2&sample=first");
  });

  it("gives its class to its own picture and to none after it", async () => {
    const test = await bootWith("v=1&method=gradient-rollout&class=2&sample=first");
    await loadModel(test);
    await answerPicture(test);
    void test.store.getState().openSample(samples[1]);
    await settle();
    expect(test.store.getState().selection.target).toEqual({ kind: "top" });
    const first = test.store.getState().history.find(({ picture }) => picture.sample === "first");
    if (first !== undefined) void test.store.getState().reopenPicture(first.picture);
    expect(test.store.getState().selection.target).toEqual({ kind: "top" });
  });

  it("cannot ask for a class or a layer that the model lacks", async () => {
    const test = await bootWith("v=1&class=900&a=1&b=901&o.startLayer=40&sample=first");
    await loadModel(test);
    expect(test.store.getState().selection).toMatchObject({
      target: { kind: "top" },
      pins: { a: 1, b: null },
      options: { rollout: { startLayer: 1 } },
    });
  });

  it("tells what it could not follow: unknown samples, unknown parts, newer versions", async () => {
    const { store } = await bootWith("v=3&sample=gone&wibble=1&opacity=7");
    const texts = store
      .getState()
      .notices.map(({ text }) => text)
      .join(" ");
    for (const word of ["newer version", "“gone”", "opacity, wibble"]) expect(texts).toContain(word);
    expect(store.getState().picture?.sample).toBe("first");
  });

  it("that is no link of the app changes nothing", async () => {
    const test = await bootWith("section-3");
    expect(test.store.getState().linked).toBeNull();
    expect(test.store.getState().notices).toEqual([]);
  });
});

describe("a link to a picture of one's own", () => {
  const file = new File(["the very bytes"], "cat.png");
  const link = async () =>
    `v=1&method=gradient-rollout&class=1&file=${file.name}&sha256=${await fingerprintOf(file)}`;

  it("waits for the file and opens nothing in its place", async () => {
    const test = await bootWith(await link());
    await loadModel(test);
    expect(test.store.getState().picture).toBeNull();
    expect(awaitedPicture(test.store.getState())).toMatchObject({ title: "cat.png", otherFile: null });
  });

  it("knows the file by its content, whatever its name is", async () => {
    const test = await bootWith(await link());
    await loadModel(test);
    void test.store.getState().openFiles([new File(["the very bytes"], "copy of cat.png")]);
    // Reading and digesting a file takes as long as the machine is busy.
    await vi.waitFor(() => expect(awaitedPicture(test.store.getState())).toBeNull());
    expect(test.store.getState().selection.target).toEqual({ kind: "class", index: 1 });
    await answerPicture(test);
    expect(test.engine.last("explain.explain").args[1]).toMatchObject({
      target: { kind: "class", index: 1 },
    });
  });

  it("shows another file too, says that it is another, and goes on waiting", async () => {
    const test = await bootWith(await link());
    await loadModel(test);
    void test.store.getState().openFiles([new File(["other bytes"], "cat.png")]);
    await vi.waitFor(() => expect(test.store.getState().picture?.title).toBe("cat.png"));
    expect(awaitedPicture(test.store.getState())).toMatchObject({ otherFile: "cat.png" });
    expect(test.store.getState().selection.target).toEqual({ kind: "top" });
    void test.store.getState().openFiles([file]);
    // Reading and digesting a file takes as long as the machine is busy.
    await vi.waitFor(() => expect(awaitedPicture(test.store.getState())).toBeNull());
    expect(test.store.getState().selection.target).toEqual({ kind: "class", index: 1 });
  });

  it("can be given up for the first sample", async () => {
    const test = await bootWith(await link());
    await loadModel(test);
    void test.store.getState().forgetLink();
    await settle();
    expect(test.store.getState().picture?.sample).toBe("first");
  });

  it("opened where that picture is known already shows it at once", async () => {
    const test = createTestStore();
    await bringUp(test);
    await showPicture(test, "a.png");
    const before = await fragmentOf(test);
    expect(before).toMatch(/^v=1&file=a.png&sha256=[0-9a-f]{64}$/);
    await showPicture(test, "b.png");
    void test.store.getState().openLink(`${before}&framing=squash`);
    await settle();
    expect(test.store.getState().picture?.title).toBe("a.png");
    expect(awaitedPicture(test.store.getState())).toBeNull();
    expect(test.engine.last("explain.prepare").args[2]).toBe("squash");
  });
});

describe("a link that holds a small copy", () => {
  it("shows the copy, and later links hold it again", async () => {
    const picture = { kind: "embedded", title: "cat.png", bytes: Uint8Array.of(1, 2, 3) } as const;
    const fragment = encodeView({ ...defaultLinkedView, picture });
    const test = await bootWith(fragment);
    await loadModel(test);
    const { blob } = test.store.getState().picture ?? {};
    expect(new Uint8Array((await blob?.arrayBuffer()) ?? [])).toEqual(picture.bytes);
    await answerPicture(test);
    expect(await fragmentOf(test)).toBe(fragment);
  });
});

describe("a link to a model of one's own", () => {
  const digest = "12".repeat(32);
  const fragment = `v=1&model-file=vit.onnx&model-sha256=${digest}&method=gradient-rollout&class=2&sample=first`;
  const own = {
    ...classifierInfo,
    origin: { ...classifierInfo.origin, files: [{ name: "vit.onnx", sha256: digest }] },
  };

  it("waits for its file, shows the picture with another model, and takes its settings up again with it", async () => {
    const test = await bootWith(fragment);
    expect(awaitedModel(test.store.getState()), "a model is being loaded").toBeNull();
    await loadModel(test);
    expect(awaitedModel(test.store.getState())).toEqual({ name: "vit.onnx", sha256: digest });
    expect(test.store.getState().picture?.sample).toBe("first");
    void test.store.getState().openFiles([new File(["x"], "renamed.onnx")]);
    await loadModel(test, own);
    expect(awaitedModel(test.store.getState())).toBeNull();
    expect(test.store.getState().selection.target).toEqual({ kind: "class", index: 2 });
    await answerPicture(test);
    expect(await fragmentOf(test)).toBe(fragment);
  });

  it("goes on waiting when another model is given", async () => {
    const test = await bootWith(fragment);
    await loadModel(test);
    void test.store.getState().openFiles([new File(["x"], "vit.onnx")]);
    await loadModel(test);
    expect(awaitedModel(test.store.getState())).not.toBeNull();
    expect(test.store.getState().selection.target).toEqual({ kind: "top" });
  });
});

describe("a session", () => {
  const bytes = Uint8Array.of(9, 8, 7);
  async function sessionFile(change: Partial<View> = {}): Promise<File> {
    const sha256 = await fingerprintOf(new Blob([bytes]));
    const picture = { kind: "file", title: "cat.png", sha256 } as const;
    const view: View = { ...defaultLinkedView, picture, framing: "squash", ...change };
    const stamp = { app: "Patchlight", created: "2025-01-01T00:00:00.000Z", link: "" };
    const contents = { view, picture: { title: "cat.png", bytes, sha256 }, panels: [examplePanel], stamp };
    return new File([await writeSession(contents)], "cat.patchlight.zip");
  }

  async function opened(values: readonly number[]): Promise<TestStore> {
    const test = createTestStore(ports);
    await bringUp(test);
    void test.store.getState().openFiles([await sessionFile()]);
    await expect.poll(() => test.store.getState().picture?.title).toBe("cat.png");
    await answerPicture(test, values);
    await test.store.getState().namePicture();
    test.store.getState().compareWithSession();
    return test;
  }

  it("brings its own picture and settings", async () => {
    const test = await opened([4, 2, 3, Math.fround(0.1)]);
    const blob = test.store.getState().shown?.picture.blob;
    expect(new Uint8Array((await blob?.arrayBuffer()) ?? [])).toEqual(bytes);
    expect(test.store.getState().framing).toBe("squash");
    expect(test.store.getState().notices).toEqual([]);
  });

  it("says so when the map comes out different here", async () => {
    const test = await opened([4, 2, 3, 0.2]);
    expect(test.store.getState().notices.map(({ text }) => text)).toEqual([
      expect.stringContaining("The map differs from the one that was saved"),
    ]);
  });

  it("of a sample that is here opens the sample", async () => {
    const test = createTestStore(ports);
    await bringUp(test);
    await settle();
    const file = await sessionFile({ picture: { kind: "sample", id: "second" } });
    void test.store.getState().openFiles([file]);
    await expect.poll(() => test.store.getState().picture?.sample).toBe("second");
  });

  it("that cannot be read is told with its name, and what is shown stays", async () => {
    const test = createTestStore();
    await bringUp(test);
    await showPicture(test, "a.png");
    await test.store.getState().openFiles([new File(["nothing"], "broken.zip")]);
    const { analysis, refusedTitle, shown } = test.store.getState();
    expect(analysis).toMatchObject({ status: "failed", error: { code: "session/not-a-session" } });
    expect([refusedTitle, shown?.picture.title]).toEqual(["broken.zip", "a.png"]);
  });
});
