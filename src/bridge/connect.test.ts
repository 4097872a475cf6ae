import { afterEach, describe, expect, test } from "vitest";
import { type FakeWorker, fakeWorker, wasmRuntime } from "../../tests/engine/fake-worker.ts";
import { XaiError } from "../core/errors.ts";
import { connectEngine } from "./connect.ts";
import type {
  Classification,
  ClassifierInfo,
  Engine,
  ExplainWorker,
  Foreground,
  Heatmap,
  OnProgress,
  PreparedImage,
  Progress,
  RestartFacts,
  RuntimeRequest,
  Segmentation,
  SegmentWorker,
} from "./contract.ts";

const ignore: OnProgress = () => undefined;
const forever = <T>() => new Promise<T>(() => undefined);
/** Made anew each time, because its buffer is handed over. */
const classification = (job = 1): Classification => {
  return { job, top: [], logits: new Float32Array(2), milliseconds: { forward: 1 } };
};
const classifier = { id: "m", label: "Model" } as ClassifierInfo;
const rollout = { method: "rollout", options: {} } as unknown as Parameters<ExplainWorker["explain"]>[1];

interface Rig {
  readonly engine: Engine;
  readonly workers: FakeWorker[];
  readonly restarts: { readonly worker: string; readonly facts: RestartFacts }[];
}

const rigs: Rig[] = [];
afterEach(() => {
  for (const { workers } of rigs.splice(0)) for (const worker of workers) worker.terminate();
});

/** An engine whose n-th explain worker has the methods `lives(n)`. */
function rig(
  lives: (life: number) => Partial<ExplainWorker>,
  seconds: { readonly silence?: number; readonly cancel?: number } = {},
  segment: Partial<SegmentWorker> = {},
): Rig {
  const workers: FakeWorker[] = [];
  const restarts: Rig["restarts"] = [];
  const engine = connectEngine({
    spawnExplain: () => {
      const worker = fakeWorker({ explain: lives(workers.length) });
      workers.push(worker);
      return worker;
    },
    spawnSegment: () => {
      const worker = fakeWorker({ segment });
      workers.push(worker);
      return worker;
    },
    silenceSeconds: seconds.silence ?? 60,
    cancelSeconds: seconds.cancel ?? 60,
  });
  engine.onRestart((worker, facts) => restarts.push({ worker, facts }));
  const made = { engine, workers, restarts };
  rigs.push(made);
  return made;
}

async function errorOf(promise: Promise<unknown>): Promise<XaiError> {
  const error = await promise.then(
    () => new Error("resolved"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(XaiError);
  return error as XaiError;
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !condition(); turn++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(condition()).toBe(true);
}

describe("calls", () => {
  test("an error raised on purpose arrives with class, code and details", async () => {
    const details = { url: "https://hub/model", expected: "aa", actual: "bb" };
    const { engine } = rig(() => ({
      loadModel: async () => {
        throw new XaiError("model/hash-mismatch", details);
      },
    }));
    const error = await errorOf(engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore));
    expect(error.code).toBe("model/hash-mismatch");
    expect(error.details).toEqual(details);
    expect(error.stack).toContain("connect.test");
  });

  test("an error nobody planned arrives as internal/unexpected with its own words", async () => {
    const { engine } = rig(() => ({
      classify: async () => {
        throw new RangeError("offset is out of bounds");
      },
    }));
    const error = await errorOf(engine.explain.classify(1, ignore));
    expect(error.code).toBe("internal/unexpected");
    expect(error.details).toEqual({ reason: "RangeError: offset is out of bounds" });
  });

  test("a call leaves at once where the worker is there, before the page goes on", async () => {
    const { engine, workers } = rig(() => ({ classify: async (job) => classification(job) }));
    await engine.explain.start({ backend: "wasm" });
    const sent: unknown[] = [];
    const [worker] = workers;
    const { postMessage } = worker;
    worker.postMessage = (message: unknown, transfer?: unknown) => {
      sent.push(message);
      postMessage(message, transfer as Transferable[]);
    };
    const answer = engine.explain.classify(7, ignore);
    expect(sent).toHaveLength(1);
    expect(await answer).toMatchObject({ job: 7 });
  });

  test("progress arrives in order and ends with the call", async () => {
    let late: OnProgress = ignore;
    const { engine } = rig(() => ({
      loadModel: async (_job, _model, tell) => {
        late = tell;
        tell({ stage: "download", done: 1, total: 2, unit: "bytes" });
        tell({ stage: "download", done: 2, total: 2, unit: "bytes" });
        tell({ stage: "session" });
        await new Promise((resolve) => setTimeout(resolve, 30));
        return classifier;
      },
    }));
    const heard: Progress[] = [];
    const info = await engine.explain.loadModel(1, { kind: "registered", id: "m" }, (step) =>
      heard.push(step),
    );
    expect(info).toEqual(classifier);
    expect(heard.map(({ stage, done }) => [stage, done])).toEqual([
      ["download", 1],
      ["download", 2],
      ["session", undefined],
    ]);
    late({ stage: "forward" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toHaveLength(3);
  });

  test("progress that comes thick and fast is thinned out, but its end is told", async () => {
    const { engine } = rig(() => ({
      loadModel: async (_job, _model, tell) => {
        for (let done = 1; done <= 5000; done++)
          tell({ stage: "download", done, total: 5000, unit: "bytes" });
        await new Promise((resolve) => setTimeout(resolve, 30));
        return classifier;
      },
    }));
    const heard: Progress[] = [];
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, (step) => heard.push(step));
    expect(heard.length).toBeLessThan(50);
    expect(heard.at(-1)?.done).toBe(5000);
  });

  test("the buffers of a result are handed over, not copied", async () => {
    const values = Float32Array.of(1, 2, 3);
    const { engine } = rig(() => ({
      explain: async () => ({ job: 1, values, grid: { rows: 1, columns: 3 }, milliseconds: 1 }),
    }));
    const heatmap = await engine.explain.explain(1, rollout);
    expect([...heatmap.values]).toEqual([1, 2, 3]);
    expect(values.byteLength).toBe(0);
  });

  test("the detector's pixels stay with the page, so that it can ask again", async () => {
    const seen: number[] = [];
    const segmentation: Segmentation = { job: 1, instances: [], milliseconds: { forward: 1, total: 1 } };
    const { engine } = rig(
      () => ({}),
      {},
      {
        segment: async (_job, { pixels }) => {
          seen.push(pixels.data.length);
          return segmentation;
        },
        foreground: async () =>
          ({ job: 1, grid: new Float32Array(1), coverage: new Uint8Array(1), size: 1 }) satisfies Foreground,
      },
    );
    const pixels = { width: 1, height: 1, data: new Uint8ClampedArray(4) };
    for (const job of [1, 2]) await engine.segment.segment(job, { pixels, width: 1, height: 1 }, ignore);
    expect(seen).toEqual([4, 4]);
    expect(pixels.data.length).toBe(4);
  });
});

describe("cancel", () => {
  test("a worker that gives up in time lives on", async () => {
    let giveUp = (): void => undefined;
    const { engine, workers } = rig(() => ({
      classify: () =>
        new Promise((_, reject) => {
          giveUp = () => reject(new XaiError("job/cancelled", {}));
        }),
      cancel: async () => giveUp(),
    }));
    const error = errorOf(engine.explain.classify(1, ignore));
    await until(() => workers.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await engine.explain.cancel(1);
    expect((await error).code).toBe("job/cancelled");
    expect(workers[0].terminated()).toBe(false);
  });

  test("a result that comes after the cancel is dropped", async () => {
    const { engine } = rig(() => ({
      classify: async () => {
        await new Promise((resolve) => setTimeout(resolve, 40));
        return classification();
      },
    }));
    const error = errorOf(engine.explain.classify(1, ignore));
    await engine.explain.cancel(1);
    expect((await error).code).toBe("job/cancelled");
  });

  test("a worker that does not give up is replaced, and the call of another job is repeated in the new one", async () => {
    const calls: string[] = [];
    const { engine, workers, restarts } = rig(
      (life) => ({
        start: async () => wasmRuntime,
        loadModel: async () => {
          calls.push(`load ${life}`);
          return classifier;
        },
        classify: (job) => {
          calls.push(`classify ${job} ${life}`);
          return life === 0 ? forever() : Promise.resolve(classification(job));
        },
      }),
      { cancel: 0.05 },
    );
    await engine.explain.start({ backend: "wasm" });
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore);
    const stuck = errorOf(engine.explain.classify(2, ignore));
    const innocent = engine.explain.classify(3, ignore);
    await until(() => calls.includes("classify 3 0"));
    await engine.explain.cancel(2);
    expect((await stuck).code).toBe("job/cancelled");
    expect((await innocent).job).toBe(3);
    expect(workers.map((worker) => worker.terminated())).toEqual([true, false]);
    expect(calls).toEqual(["load 0", "classify 2 0", "classify 3 0", "load 1", "classify 3 1"]);
    expect(restarts.map(({ worker }) => worker)).toEqual(["explain"]);
  });
});

describe("a worker that ends", () => {
  test("a crash rejects what was running and the new worker is where the old one was", async () => {
    const calls: string[] = [];
    const { engine, workers, restarts } = rig((life) => ({
      start: async () => {
        calls.push(`start ${life}`);
        return wasmRuntime;
      },
      loadModel: async () => {
        calls.push(`load ${life}`);
        return classifier;
      },
      prepare: async (job, image, framing) => {
        calls.push(`prepare ${job} ${await image.text()} ${framing} ${life}`);
        return { job } as PreparedImage;
      },
      classify: async (job) => {
        calls.push(`classify ${job} ${life}`);
        return classification(job);
      },
      explain: async (job): Promise<Heatmap> =>
        life === 0
          ? forever()
          : { job, values: Float32Array.of(7), grid: { rows: 1, columns: 1 }, milliseconds: 1 },
    }));
    await engine.explain.start({ backend: "wasm" });
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore);
    await engine.explain.prepare(2, new Blob(["picture"]), "crop", ignore);
    await engine.explain.classify(2, ignore);
    const broken = errorOf(engine.explain.explain(2, rollout));
    await new Promise((resolve) => setTimeout(resolve, 20));
    calls.length = 0;
    workers[0].crash("out of memory");
    const error = await broken;
    expect(error.code).toBe("engine/worker-crashed");
    expect(error.details).toEqual({ reason: "out of memory" });
    expect([...(await engine.explain.explain(2, rollout)).values]).toEqual([7]);
    expect(calls).toEqual(["start 1", "load 1", "prepare 2 picture crop 1", "classify 2 1"]);
    expect(restarts[0]).toMatchObject({ worker: "explain", facts: { runtime: wasmRuntime, reason: error } });
    expect(workers.map((worker) => worker.terminated())).toEqual([true, false]);
  });

  test("explanations go on after a restart, with progress, without being repeated by themselves", async () => {
    const calls: string[] = [];
    const { engine, workers } = rig((life) => ({
      loadModel: async () => classifier,
      classify: async (job) => classification(job),
      gather: async (job, requests, tell = ignore) => {
        calls.push(`gather ${requests.length} ${life}`);
        tell({ stage: "backward", done: job, total: 9, unit: "items" });
        // Progress and answer go different ways, so that only what was said some time before is sure to arrive.
        await new Promise((resolve) => setTimeout(resolve, 30));
      },
      stability: async (job) => {
        calls.push(`stability ${life}`);
        return { job, rankCorrelation: 0.5, milliseconds: 1 };
      },
    }));
    await engine.explain.start({ backend: "wasm" });
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore);
    await engine.explain.classify(2, ignore);
    await engine.explain.gather(2, [rollout, rollout]);
    workers[0].crash("out of memory");
    const heard: Progress[] = [];
    await engine.explain.gather(2, [rollout], (step) => heard.push(step));
    expect(heard).toEqual([{ stage: "backward", done: 2, total: 9, unit: "items" }]);
    expect((await engine.explain.stability(2, rollout)).rankCorrelation).toBe(0.5);
    expect(calls).toEqual(["gather 2 0", "gather 1 1", "stability 1"]);
  });

  test("an unreadable message counts as a crash", async () => {
    const { engine, workers } = rig(() => ({ classify: forever }));
    const broken = errorOf(engine.explain.classify(1, ignore));
    await until(() => workers.length === 1);
    workers[0].garble();
    expect((await broken).code).toBe("engine/worker-crashed");
  });

  test("a worker that cannot be started is not tried again and again", async () => {
    const { engine, workers } = rig(() => ({ start: forever }));
    for (const life of [0, 1]) {
      const broken = errorOf(engine.explain.start({ backend: "auto" }));
      await until(() => workers.length === life + 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      workers[life].crash("");
      expect((await broken).code).toBe("engine/worker-crashed");
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(workers.length).toBe(2);
  });

  test("a new worker that cannot load the model brings the error to the next call, which tries again", async () => {
    const { engine, workers, restarts } = rig((life) => ({
      loadModel: async () => {
        if (life === 1) throw new XaiError("model/unreachable", { url: "u", reason: "offline" });
        return classifier;
      },
      classify: async () => classification(),
    }));
    await engine.explain.start({ backend: "wasm" });
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore);
    workers[0].crash("gone");
    const error = await errorOf(engine.explain.classify(2, ignore));
    expect(error.code).toBe("model/unreachable");
    expect(restarts).toEqual([]);
    await engine.explain.classify(3, ignore);
    expect(workers.length).toBe(3);
    expect(restarts.length).toBe(1);
  });

  test("silence ends a worker, progress keeps it", async () => {
    const { engine, workers } = rig(
      (life) => ({
        loadModel: async (_job, _model, tell) => {
          for (let done = 0; done < 6; done++) {
            await new Promise((resolve) => setTimeout(resolve, 60));
            tell({ stage: "download", done });
          }
          return classifier;
        },
        classify: () => (life === 0 ? forever() : Promise.resolve(classification())),
      }),
      { silence: 0.2 },
    );
    await engine.explain.start({ backend: "wasm" });
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore);
    expect(workers[0].terminated()).toBe(false);
    const error = await errorOf(engine.explain.classify(2, ignore));
    expect(error.code).toBe("engine/hung");
    expect(error.details).toEqual({ seconds: 0.2 });
    expect(workers[0].terminated()).toBe(true);
    await engine.explain.classify(3, ignore);
  });

  test("a start may take four times as long", async () => {
    const { engine, workers } = rig(
      (life) => ({
        start: async () => {
          if (life === 1) return forever();
          await new Promise((resolve) => setTimeout(resolve, 250));
          return wasmRuntime;
        },
      }),
      { silence: 0.1 },
    );
    await engine.explain.start({ backend: "wasm" });
    expect(workers[0].terminated()).toBe(false);
    const error = await errorOf(engine.explain.start({ backend: "wasm" }));
    expect(error).toMatchObject({ code: "engine/hung", details: { seconds: 0.4 } });
  });

  test("a runtime beyond use costs the worker its life, though it still answers", async () => {
    const { engine, workers } = rig((life) => ({
      classify: async () => {
        if (life === 0) throw new XaiError("engine/worker-crashed", { reason: "Aborted(OOM)" });
        return classification();
      },
    }));
    await engine.explain.start({ backend: "wasm" });
    expect((await errorOf(engine.explain.classify(1, ignore))).code).toBe("engine/worker-crashed");
    expect(workers[0].terminated()).toBe(true);
    expect(await engine.explain.classify(2, ignore)).toEqual(classification());
    expect(workers.length).toBe(2);
  });

  test("what is asked right after a start waits for it, and what was asked before is cancelled", async () => {
    const calls: string[] = [];
    const { engine } = rig((life) => ({
      start: async () => {
        calls.push(`start ${life}`);
        return wasmRuntime;
      },
      loadModel: async () => {
        calls.push(`load ${life}`);
        return classifier;
      },
      classify: forever,
    }));
    await engine.explain.start({ backend: "auto" });
    const former = errorOf(engine.explain.classify(1, ignore));
    await new Promise((resolve) => setTimeout(resolve, 10));
    const started = engine.explain.start({ backend: "wasm" });
    await engine.explain.loadModel(2, { kind: "registered", id: "m" }, ignore);
    await started;
    expect((await former).code).toBe("job/cancelled");
    expect(calls).toEqual(["start 0", "start 1", "load 1"]);
  });

  test("a second start gets an empty worker of its own", async () => {
    const calls: string[] = [];
    const { engine, workers } = rig((life) => ({
      start: async ({ backend }) => {
        calls.push(`start ${backend} ${life}`);
        return wasmRuntime;
      },
      loadModel: async () => {
        calls.push(`load ${life}`);
        return classifier;
      },
    }));
    await engine.explain.start({ backend: "auto" });
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore);
    await engine.explain.start({ backend: "wasm" });
    expect(calls).toEqual(["start auto 0", "load 0", "start wasm 1"]);
    expect(workers.map((worker) => worker.terminated())).toEqual([true, false]);
  });
});

describe("a lost GPU", () => {
  const gpu = { backend: "webgpu", adapter: "test", build: "jspi" } as const;
  const lost = () => new XaiError("engine/device-lost", { reason: "unplugged" });
  const start = async ({ backend }: RuntimeRequest) => (backend === "wasm" ? wasmRuntime : gpu);

  test("once: the call is repeated on the GPU and the page sees no error", async () => {
    const { engine, restarts } = rig((life) => ({
      start,
      loadModel: async () => classifier,
      classify: async () => {
        if (life === 0) throw lost();
        return classification();
      },
    }));
    await engine.explain.start({ backend: "webgpu" });
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore);
    expect(await engine.explain.classify(2, ignore)).toEqual(classification());
    expect(restarts.map(({ facts }) => facts.runtime.backend)).toEqual(["webgpu"]);
    expect(restarts[0].facts.reason.code).toBe("engine/device-lost");
  });

  test("twice: WASM takes over and says so", async () => {
    const { engine, restarts, workers } = rig((life) => ({
      start,
      loadModel: async () => classifier,
      classify: async () => {
        if (life < 2) throw lost();
        return classification();
      },
    }));
    await engine.explain.start({ backend: "webgpu" });
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore);
    expect(await engine.explain.classify(2, ignore)).toEqual(classification());
    expect(restarts.map(({ facts }) => facts.runtime.backend)).toEqual(["webgpu", "wasm"]);
    expect(restarts[1].facts.runtime).toMatchObject({ note: expect.stringContaining("GPU") });
    expect(workers.length).toBe(3);
  });

  test("while the model is loaded again: WASM at once", async () => {
    const { engine, restarts } = rig((life) => ({
      start,
      loadModel: async () => {
        if (life === 1) throw lost();
        return classifier;
      },
      classify: async () => {
        if (life === 0) throw lost();
        return classification();
      },
    }));
    await engine.explain.start({ backend: "auto" });
    await engine.explain.loadModel(1, { kind: "registered", id: "m" }, ignore);
    expect(await engine.explain.classify(2, ignore)).toEqual(classification());
    expect(restarts.map(({ facts }) => facts.runtime.backend)).toEqual(["wasm"]);
  });
});
