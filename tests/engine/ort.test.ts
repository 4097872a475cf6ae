// The runtime's door on WASM in Node: what it starts, what it refuses, and how it fails.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { missing, witnesses } from "../support/witnesses.ts";

type Door = typeof import("../../src/engine/ort.ts");
let door: Door;

// One runtime a worker, hence a fresh module a test.
beforeEach(async () => {
  vi.resetModules();
  door = await import("../../src/engine/ort.ts");
});
afterEach(() => vi.unstubAllGlobals());

describe("starting", () => {
  test("without isolation there is one thread, whatever was asked for, and the info says why", async () => {
    expect(await door.startRuntime({ backend: "wasm", threads: 4 })).toEqual({
      backend: "wasm",
      threads: 1,
      crossOriginIsolated: false,
    });
  });

  test("a second start gives the runtime that is there", async () => {
    const first = await door.startRuntime({ backend: "auto" });
    expect(await door.startRuntime({ backend: "wasm", threads: 7 })).toBe(first);
  });

  test("auto takes WASM where there is no GPU, and says so", async () => {
    const info = await door.startRuntime({ backend: "auto" });
    expect(info).toMatchObject({ backend: "wasm", note: expect.stringContaining("no WebGPU") });
  });

  test("auto takes WASM where the GPU fails to start", async () => {
    const adapter = { info: { vendor: "acme", architecture: "one", device: "", description: "" } };
    vi.stubGlobal("navigator", { gpu: { requestAdapter: async () => adapter }, hardwareConcurrency: 1 });
    const info = await door.startRuntime({ backend: "auto" });
    expect(info).toMatchObject({ backend: "wasm", note: expect.stringContaining("could not be started") });
  });

  test("WebGPU by name is refused where there is none", async () => {
    await expect(door.startRuntime({ backend: "webgpu" })).rejects.toMatchObject({
      code: "engine/webgpu-unavailable",
      details: { reason: expect.stringContaining("no WebGPU") },
    });
  });

  test("nothing runs before a start", async () => {
    const session = door.createSession({ name: "m", model: new Uint8Array() });
    await expect(session).rejects.toMatchObject({ code: "engine/no-result", details: { what: "runtime" } });
  });
});

const reason = missing("zoo");

describe.skipIf(reason !== "")(`sessions${reason}`, () => {
  const { files } = JSON.parse(
    reason ? '{"files":[]}' : readFileSync(join(witnesses.zoo, "zoo.json"), "utf8"),
  );
  const name: string = files.find(({ file }: { file: string }) => /^hf_vit__ts17_static/.test(file))?.file;
  const model = () => new Uint8Array(readFileSync(join(witnesses.zoo, name)));

  beforeEach(async () => {
    await door.startRuntime({ backend: "wasm" });
  });

  test("calls that were made at once run one after the other and own what they give", async () => {
    const session = await door.createSession({ name, model: model() });
    const [input] = session.inputs;
    const [output] = session.outputs;
    const [facts] = session.native.inputMetadata;
    const dims = facts.isTensor ? facts.shape.map(Number) : [];
    const length = dims.reduce((product, dim) => product * dim, 1);
    const feed = (value: number) => ({
      [input]: { type: "float32", data: new Float32Array(length).fill(value), dims } as const,
    });
    const results = await Promise.all([0, 1, 0].map((value) => door.run(session, feed(value), [output])));
    const [first, second, third] = results.map((result) => result[output].data as Float32Array);
    expect(first).toEqual(third);
    expect(first).not.toEqual(second);
    expect(first.buffer).not.toBe(third.buffer);
    expect(first.byteLength).toBe(first.buffer.byteLength);
    await door.release(session);
    const again = await door.createSession({ name, model: model() });
    expect((await door.run(again, feed(1), [output]))[output].data).toEqual(second);
  });

  test("a file that is no model, and a feed that does not fit, are told apart", async () => {
    const broken = door.createSession({ name: "broken", model: model().subarray(0, 5000) });
    await expect(broken).rejects.toMatchObject({
      code: "engine/session-failed",
      details: { model: "broken" },
    });
    const session = await door.createSession({ name, model: model() });
    const feeds = {
      [session.inputs[0]]: { type: "float32", data: new Float32Array(3), dims: [1, 3] } as const,
    };
    await expect(door.run(session, feeds, session.outputs)).rejects.toMatchObject({
      code: "engine/run-failed",
      details: { model: name },
    });
  });
});
