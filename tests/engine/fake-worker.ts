// A worker for bridge tests: real messages through a MessageChannel, functions of the test's choice at the other end.
import type { Endpoint } from "comlink";
import type { WorkerHandle } from "../../src/bridge/connection.ts";
import type { ExplainWorker, RuntimeInfo, SegmentWorker } from "../../src/bridge/contract.ts";
import { exposeWorker } from "../../src/bridge/expose.ts";

export interface FakeWorker extends WorkerHandle {
  readonly terminated: () => boolean;
  /** Fires the event that a browser fires when a worker's script throws. */
  readonly crash: (message: string) => void;
  /** Fires the event for a message that cannot be read. */
  readonly garble: () => void;
}

export const wasmRuntime: RuntimeInfo = { backend: "wasm", threads: 1, crossOriginIsolated: false };

const unexpected = (name: string) => () => Promise.reject(new Error(`${name} is not expected here`));

/** A role whose methods all reject, except those given. */
export function explainRole(methods: Partial<ExplainWorker>): ExplainWorker {
  return {
    start: async () => wasmRuntime,
    loadModel: unexpected("loadModel"),
    prepare: unexpected("prepare"),
    detectorPixels: unexpected("detectorPixels"),
    classify: unexpected("classify"),
    explain: unexpected("explain"),
    gather: unexpected("gather"),
    stability: unexpected("stability"),
    cancel: async () => undefined,
    ...methods,
  };
}

export function segmentRole(methods: Partial<SegmentWorker>): SegmentWorker {
  return {
    start: async () => wasmRuntime,
    loadModel: unexpected("loadModel"),
    segment: unexpected("segment"),
    foreground: unexpected("foreground"),
    cancel: async () => undefined,
    ...methods,
  };
}

export function fakeWorker(roles: {
  readonly explain?: Partial<ExplainWorker>;
  readonly segment?: Partial<SegmentWorker>;
}): FakeWorker {
  const { port1, port2 } = new MessageChannel();
  const events = new EventTarget();
  let terminated = false;
  exposeWorker(
    { explain: explainRole(roles.explain ?? {}), segment: segmentRole(roles.segment ?? {}) },
    port2 as unknown as Endpoint,
  );
  const target = (type: string): EventTarget => (type === "message" ? port1 : events) as EventTarget;
  port1.start();
  return {
    postMessage: (message: unknown, transfer?: unknown) =>
      port1.postMessage(message, transfer as Transferable[]),
    addEventListener: (type: string, listener: EventListenerOrEventListenerObject) =>
      target(type).addEventListener(type, listener),
    removeEventListener: (type: string, listener: EventListenerOrEventListenerObject) =>
      target(type).removeEventListener(type, listener),
    terminate: () => {
      terminated = true;
      port1.close();
    },
    terminated: () => terminated,
    crash: (message) => void events.dispatchEvent(Object.assign(new Event("error"), { message })),
    garble: () => void events.dispatchEvent(new Event("messageerror")),
  };
}
