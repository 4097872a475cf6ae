// Runs a model on either backend on a page, and tells which backend the runtime gave every node to.
import type * as Ort from "onnxruntime-web/wasm";

export type Backend = "wasm" | "webgpu";

export interface PlainValue {
  readonly data: readonly number[];
  readonly shape: readonly number[];
}

export interface RunRequest {
  readonly backend: Backend;
  /** Address of the model. */
  readonly model: string;
  /** float32 inputs of every run. */
  readonly runs: readonly Readonly<Record<string, PlainValue>>[];
}

declare global {
  interface Window {
    runModel?: (request: RunRequest) => Promise<readonly Readonly<Record<string, PlainValue>>[]>;
  }
}

// The builds that the app takes for each backend; each import must stand by itself, or the bundler misses it.
const builds: Readonly<Record<Backend, () => Promise<typeof Ort>>> = {
  wasm: () => import("onnxruntime-web/wasm"),
  webgpu: () =>
    "Suspending" in WebAssembly ? import("onnxruntime-web/jspi") : import("onnxruntime-web/webgpu"),
};

/** The runtime tells where nodes are placed when it talks of everything. */
const everything = 0;

window.runModel = async ({ backend, model, runs }) => {
  const ort = await builds[backend]();
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "verbose";
  const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: [backend],
    logSeverityLevel: everything,
    logVerbosityLevel: everything,
  });
  const results: Record<string, PlainValue>[] = [];
  for (const feeds of runs) {
    const inputs = Object.entries(feeds).map(
      ([name, { data, shape }]) => [name, new ort.Tensor("float32", Float32Array.from(data), shape)] as const,
    );
    const outputs = await session.run(Object.fromEntries(inputs));
    results.push(
      Object.fromEntries(
        Object.entries(outputs).map(([name, { data, dims }]) => [
          name,
          { data: Array.from(data as Float32Array), shape: dims },
        ]),
      ),
    );
  }
  await session.release();
  return results;
};
