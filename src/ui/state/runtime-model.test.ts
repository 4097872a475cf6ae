// Waking up, choosing a backend, and loading models: what is loaded, what fails, and what can be cancelled.
import { describe, expect, it } from "vitest";
import { XaiError } from "../../core/errors.ts";
import { classifierInfo, runtimeInfo } from "../testing/results.ts";
import { bringUp, createTestStore, jobOf, showPicture } from "../testing/test-store.ts";
import { retry, selectActivity, selectFailure } from "./selectors.ts";

const flush = async () => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

describe("waking up", () => {
  it("starts the runtime, then loads the registered model", async () => {
    const { engine, store } = createTestStore();
    void store.getState().boot();
    expect(engine.last("explain.start").args[0]).toEqual({ backend: "auto" });
    expect(engine.count("explain.loadModel")).toBe(0);
    await engine.last("explain.start").resolve(runtimeInfo);
    expect(engine.last("explain.loadModel").args[1]).toEqual({ kind: "registered", id: "deit-tiny" });
  });

  it("opens the first sample, unless a picture was brought meanwhile", async () => {
    const samples = [{ id: "s", title: "Sample", file: "s.jpg", credit: "us" }];
    const first = createTestStore({ fetchJson: async () => samples });
    await bringUp(first);
    expect(first.store.getState().picture?.title).toBe("Sample");

    const second = createTestStore({ fetchJson: async () => samples });
    void second.store.getState().openPicture(new Blob(["x"]), "mine.png");
    await bringUp(second);
    expect(second.store.getState().picture?.title).toBe("mine.png");
  });

  it("a missing list of samples is an empty gallery, a malformed one an error of the gallery only", async () => {
    const empty = createTestStore({ fetchJson: async () => null });
    await bringUp(empty);
    expect(empty.store.getState().gallery).toMatchObject({ status: "done", result: [] });
    const malformed = createTestStore({ fetchJson: async () => [{ id: 1 }] });
    await bringUp(malformed);
    expect(malformed.store.getState().gallery.status).toBe("failed");
    expect(selectFailure(malformed.store.getState())).toBeNull();
  });

  it("of two samples that were clicked, the later one wins even if its file comes first", async () => {
    const waiting = new Map<string, (blob: Blob) => void>();
    const test = createTestStore({
      fetchBlob: (path) => new Promise((resolve) => waiting.set(path, resolve)),
    });
    await bringUp(test);
    const sample = (id: string) => ({ id, title: id, file: `${id}.jpg`, credit: "" });
    void test.store.getState().openSample(sample("slow"));
    void test.store.getState().openSample(sample("quick"));
    waiting.get("samples/quick.jpg")?.(new Blob(["q"]));
    await flush();
    waiting.get("samples/slow.jpg")?.(new Blob(["s"]));
    await flush();
    expect(test.store.getState().picture?.title).toBe("quick");
  });
});

describe("the backend", () => {
  it("when changed, starts anew, loads the model again and explains the picture again", async () => {
    const test = createTestStore();
    await bringUp(test);
    await showPicture(test, "a.png");
    void test.store.getState().chooseBackend("webgpu");
    await test.engine.last("explain.start").resolve({ backend: "webgpu", adapter: "swift", build: "jspi" });
    expect(test.engine.count("explain.loadModel")).toBe(2);
    await test.engine.last("explain.loadModel").resolve(classifierInfo);
    expect(test.engine.count("explain.prepare")).toBe(2);
    expect(test.store.getState().shown?.picture.title).toBe("a.png");
  });

  it("that cannot be started is an error, and another choice clears it", async () => {
    const { engine, store } = createTestStore();
    void store.getState().boot();
    await engine.last("explain.start").reject(new XaiError("engine/webgpu-unavailable", { reason: "x" }));
    expect(selectFailure(store.getState())?.code).toBe("engine/webgpu-unavailable");
    void store.getState().chooseBackend("wasm");
    expect(selectFailure(store.getState())).toBeNull();
    expect(selectActivity(store.getState())).not.toBeNull();
  });

  it("can be another after a restart, which is told", async () => {
    const test = createTestStore();
    await bringUp(test);
    const reason = new XaiError("engine/device-lost", { reason: "x" });
    test.engine.restart("explain", { reason, runtime: { ...runtimeInfo, threads: 1 } as never });
    expect(test.store.getState().runtime).toMatchObject({ status: "done", result: { threads: 1 } });
    expect(test.store.getState().notices[0].text).toContain("The GPU was lost.");
  });
});

describe("the model", () => {
  it("reports its download, and a report for an older load changes nothing", async () => {
    const { engine, store, clock } = createTestStore();
    void store.getState().boot();
    await engine.last("explain.start").resolve(runtimeInfo);
    const first = engine.last("explain.loadModel");
    clock.now = 100;
    first.onProgress?.({ stage: "download", done: 1, total: 4, unit: "bytes" });
    expect(selectActivity(store.getState())).toMatchObject({ progress: { done: 1 }, stageStartedAt: 100 });
    clock.now = 200;
    first.onProgress?.({ stage: "download", done: 2, total: 4, unit: "bytes" });
    expect(selectActivity(store.getState())).toMatchObject({ progress: { done: 2 }, stageStartedAt: 100 });
    void store.getState().retryModel();
    first.onProgress?.({ stage: "download", done: 3, total: 4, unit: "bytes" });
    expect(selectActivity(store.getState())?.progress).toBeNull();
  });

  it("can be cancelled while it loads, and loaded after all", async () => {
    const { engine, store } = createTestStore();
    void store.getState().boot();
    await engine.last("explain.start").resolve(runtimeInfo);
    const load = engine.last("explain.loadModel");
    store.getState().cancelModel();
    expect(engine.last("explain.cancel").args).toEqual([jobOf(load)]);
    expect(selectFailure(store.getState())?.code).toBe("job/cancelled");
    void retry(store.getState());
    expect(engine.count("explain.loadModel")).toBe(2);
    await load.resolve({ ...classifierInfo, label: "late" });
    expect(store.getState().classifier.status).toBe("running");
  });

  it("of the user's own is loaded from all dropped files, and settings it has no room for are cut", async () => {
    const test = createTestStore();
    await bringUp(test);
    test.store.getState().setOption("startLayer", 1);
    test.store.getState().setOption("headsOff", [0, 3]);
    const files = [new File(["a"], "own.onnx"), new File(["b"], "own.onnx.data")];
    void test.store.getState().openFiles(files);
    expect(test.engine.last("explain.loadModel").args[1]).toEqual({ kind: "own", files });
    await test.engine.last("explain.loadModel").resolve({ ...classifierInfo, layers: 1, heads: 2 });
    const { options } = test.store.getState().selection;
    expect(options.rollout).toEqual({ startLayer: 0, headsOff: [0] });
  });

  it("that the method does not work with gets the first that does, and the reason is told", async () => {
    const test = createTestStore();
    await bringUp(test);
    void test.store.getState().openFiles([new File(["a"], "cnn.onnx")]);
    const refusal = { kind: "no-attention", reason: "it is convolutional" } as const;
    await test.engine
      .last("explain.loadModel")
      .resolve({ ...classifierInfo, label: "CNN", methods: { ...classifierInfo.methods, rollout: refusal } });
    expect(test.store.getState().selection.method).not.toBe("rollout");
    expect(test.store.getState().notices.at(-1)?.text).toMatch(
      /^Attention rollout does not work with CNN, so .* is shown. .*it is convolutional\.$/,
    );
  });

  it("that fails to load leaves the picture on screen", async () => {
    const test = createTestStore();
    await bringUp(test);
    await showPicture(test, "a.png");
    void test.store.getState().openFiles([new File(["a"], "own.onnx")]);
    await test.engine.last("explain.loadModel").reject(new XaiError("onnx/not-onnx", { reason: "x" }));
    expect(test.store.getState().shown?.picture.title).toBe("a.png");
    expect(selectFailure(test.store.getState())?.code).toBe("onnx/not-onnx");
  });

  it("data without a model, and more pictures than one, are told", async () => {
    const test = createTestStore();
    await bringUp(test);
    await test.store.getState().openFiles([new File(["b"], "own.onnx_data")]);
    expect(test.store.getState().notices.at(-1)?.text).toContain("belongs to an .onnx file");
    void test.store.getState().openFiles([new File(["1"], "1.png"), new File(["2"], "2.png")]);
    expect(test.store.getState().notices.at(-1)?.text).toContain("first of 2");
    expect(test.store.getState().picture?.title).toBe("1.png");
  });
});
