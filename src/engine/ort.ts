// The only door to onnxruntime-web: starts one build of it, and runs sessions strictly one call after the other.
import type * as Ort from "onnxruntime-web/wasm";
import type { RuntimeInfo, RuntimeRequest } from "../bridge/contract.ts";
import { XaiError } from "../core/errors.ts";
import { findGpu } from "./gpu-adapter.ts";
import { createQueue } from "./queue.ts";
import { smallestModel } from "./smallest-model.ts";
import { chooseThreads } from "./threads.ts";

/** Numbers with a shape and nothing of the runtime; `data` is the holder's own. */
export interface PlainTensor {
  readonly type: Ort.Tensor.Type;
  readonly data: Ort.Tensor.DataType;
  readonly dims: readonly number[];
}

export interface SessionSource {
  /** For error messages. */
  readonly name: string;
  readonly model: Uint8Array;
  /** What the model refers to, by location. Read while the session is created, then given back. */
  readonly externalData?: readonly { readonly path: string; readonly data: Uint8Array }[];
}

export interface Session {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Of this module only. */
  readonly native: Ort.InferenceSession;
}

interface Runtime {
  readonly ort: typeof Ort;
  readonly info: RuntimeInfo;
  readonly loss: Loss;
}

/** The loss of the GPU, past or to come; on WASM it never comes. */
interface Loss {
  error: XaiError | null;
  /** Rejects the call that is running. */
  interrupt: ((error: XaiError) => void) | null;
}

// A worker has one runtime for life: the library keeps its state in module globals of its own.
let started: Promise<Runtime> | null = null;
const queue = createQueue();

/**
 * Starts the runtime of this worker; a second call gives the runtime that is there. `auto` takes WebGPU where the
 * browser has a GPU in truth, else WASM.
 * @throws engine/webgpu-unavailable when WebGPU was asked for by name, engine/runtime-failed
 */
export async function startRuntime(request: RuntimeRequest): Promise<RuntimeInfo> {
  started ??= queue(() => startBackend(request));
  return (await started).info;
}

/** @throws engine/session-failed, engine/device-lost, engine/worker-crashed */
export function createSession({ name, model, externalData }: SessionSource): Promise<Session> {
  return onRuntime("engine/session-failed", name, async ({ ort, info }) => {
    const native = await ort.InferenceSession.create(model, {
      executionProviders: [info.backend],
      logSeverityLevel: errorsOnly,
      extra: restAfterRuns,
      ...(externalData && { externalData }),
    });
    return { name, inputs: native.inputNames, outputs: native.outputNames, native };
  });
}

/**
 * Runs the model once.
 * @param fetches the outputs that are wanted; the runtime skips what only others need.
 * @throws engine/run-failed, engine/device-lost, engine/worker-crashed
 */
export function run<Name extends string>(
  session: Session,
  feeds: Readonly<Record<string, PlainTensor>>,
  fetches: readonly Name[],
): Promise<Readonly<Record<Name, PlainTensor>>> {
  return onRuntime("engine/run-failed", session.name, async ({ ort }) => {
    const inputs = Object.entries(feeds).map(
      ([name, { type, data, dims }]) => [name, new ort.Tensor(type, data, dims)] as const,
    );
    const results = await session.native.run(Object.fromEntries(inputs), fetches);
    const outputs = fetches.map((name) => {
      const { type, data, dims } = results[name];
      return [name, { type, data, dims }] as const;
    });
    return Object.fromEntries(outputs) as Record<Name, PlainTensor>;
  });
}

/** Gives a session's memory back to the runtime (not to the system: WASM memory never shrinks). */
export function release(session: Session): Promise<void> {
  return onRuntime("engine/run-failed", session.name, () => session.native.release());
}

async function onRuntime<Result>(
  code: "engine/session-failed" | "engine/run-failed",
  model: string,
  task: (runtime: Runtime) => Promise<Result>,
): Promise<Result> {
  if (started === null) throw new XaiError("engine/no-result", { what: "runtime" });
  const runtime = await started;
  return queue(async () => {
    try {
      return await unlessLost(runtime.loss, () => task(runtime));
    } catch (error) {
      if (error instanceof XaiError) throw error;
      const reason = reasonOf(error);
      if (isFatal(error, reason)) throw new XaiError("engine/worker-crashed", { reason }, { cause: error });
      throw new XaiError(code, { model, reason }, { cause: error });
    }
  });
}

/** A run on a lost GPU need not ever settle, so the loss settles it. */
function unlessLost<Result>(loss: Loss, task: () => Promise<Result>): Promise<Result> {
  if (loss.error !== null) return Promise.reject(loss.error);
  return new Promise<Result>((resolve, reject) => {
    loss.interrupt = reject;
    task().then(resolve, reject);
  }).finally(() => {
    loss.interrupt = null;
  });
}

async function startBackend(request: RuntimeRequest): Promise<Runtime> {
  if (request.backend === "wasm") return startWasm(request);
  const offer = await findGpu(globalThis.navigator?.gpu);
  if (request.backend === "webgpu") {
    if (offer.kind === "none") throw new XaiError("engine/webgpu-unavailable", { reason: offer.reason });
    return startWebGpu(offer.name);
  }
  if (offer.kind === "none") return startWasm(request, `The CPU is used: ${offer.reason}.`);
  if (offer.software)
    return startWasm(request, "The CPU is used: WebGPU would run in software, which is slower.");
  try {
    return await startWebGpu(offer.name);
  } catch (error) {
    return startWasm(request, `The CPU is used: WebGPU could not be started (${reasonOf(error)}).`);
  }
}

async function startWasm({ threads }: RuntimeRequest, note?: string): Promise<Runtime> {
  const crossOriginIsolated = globalThis.crossOriginIsolated === true;
  const chosen = chooseThreads(globalThis.navigator?.hardwareConcurrency ?? 1, crossOriginIsolated, threads);
  const ort = await initialise("wasm", () => import("onnxruntime-web/wasm"), chosen);
  const info = { backend: "wasm", threads: chosen, crossOriginIsolated, ...(note && { note }) } as const;
  return { ort, info, loss: { error: null, interrupt: null } };
}

async function startWebGpu(adapter: string): Promise<Runtime> {
  const build = "Suspending" in WebAssembly ? "jspi" : "webgpu";
  const load = () => (build === "jspi" ? import("onnxruntime-web/jspi") : import("onnxruntime-web/webgpu"));
  const ort = await initialise("webgpu", load, 1);
  const loss: Loss = { error: null, interrupt: null };
  const device: GPUDevice = await ort.env.webgpu.device;
  device.lost.then(({ reason, message }) => {
    loss.error = new XaiError("engine/device-lost", { reason: message || reason });
    loss.interrupt?.(loss.error);
  });
  return { ort, info: { backend: "webgpu", adapter, build }, loss };
}

/**
 * Loads a build and creates a first session in it, which shows that the runtime works, and is kept: when the last
 * session goes, the GPU device and its compiled shaders go with it.
 */
async function initialise(
  backend: "wasm" | "webgpu",
  load: () => Promise<typeof Ort>,
  threads: number,
): Promise<typeof Ort> {
  try {
    const ort = await load();
    ort.env.logLevel = "error";
    ort.env.wasm.numThreads = threads;
    const options = { executionProviders: [backend], logSeverityLevel: errorsOnly } as const;
    await ort.InferenceSession.create(smallestModel, options);
    return ort;
  } catch (error) {
    throw new XaiError("engine/runtime-failed", { backend, reason: reasonOf(error) }, { cause: error });
  }
}

/**
 * Threads wait busily for their next piece of work, which keeps a run quick; after its end they would go on so for
 * milliseconds, on a core that the map, the page or the other worker needs by then.
 */
const restAfterRuns = { session: { force_spinning_stop: "1" } };

/** Warnings tell of shape arithmetic on the CPU, which is as it should be. */
const errorsOnly = 3;

/** Whether the runtime's memory is beyond use; nothing more can then be done in this worker. */
function isFatal(error: unknown, reason: string): boolean {
  return error instanceof WebAssembly.RuntimeError || /\bAborted\(|memory access out of bounds/.test(reason);
}

/** The runtime also throws bare numbers. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
