import { expect, test } from "vitest";
import { findGpu } from "./gpu-adapter.ts";

const info = { vendor: "", architecture: "", device: "", description: "" };

function gpuWith(adapter: object | null): GPU {
  return { requestAdapter: async () => adapter } as unknown as GPU;
}

test("no WebGPU, no adapter and a browser that fails are all no GPU", async () => {
  expect(await findGpu(undefined)).toMatchObject({ kind: "none" });
  expect(await findGpu(gpuWith(null))).toMatchObject({ kind: "none" });
  const failing = { requestAdapter: () => Promise.reject(new Error("blocked")) } as unknown as GPU;
  expect(await findGpu(failing)).toEqual({ kind: "none", reason: "blocked" });
});

test("a GPU in truth goes by what the browser tells of it", async () => {
  const named = { info: { ...info, vendor: "nvidia", architecture: "hopper" } };
  expect(await findGpu(gpuWith(named))).toEqual({ kind: "adapter", name: "nvidia hopper", software: false });
  const described = { info: { ...info, vendor: "apple", description: "Apple M3" } };
  expect(await findGpu(gpuWith(described))).toEqual({ kind: "adapter", name: "Apple M3", software: false });
  expect(await findGpu(gpuWith({ info }))).toMatchObject({ name: "unnamed GPU", software: false });
});

test.each([
  { info: { ...info, vendor: "google", architecture: "swiftshader" } },
  { info: { ...info, description: "Microsoft Basic Render Driver" } },
  { info: { ...info, vendor: "mesa", device: "llvmpipe" } },
  { info: { ...info, vendor: "x", isFallbackAdapter: true } },
  { info: { ...info, vendor: "x" }, isFallbackAdapter: true },
])("software is recognised: %j", async (adapter) => {
  expect(await findGpu(gpuWith(adapter))).toMatchObject({ software: true });
});
