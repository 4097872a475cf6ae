// Asks the browser which GPU there is, and whether it is one in truth.

/** What the browser offers for WebGPU. */
export type GpuOffer =
  | { readonly kind: "none"; readonly reason: string }
  /** `software`: WebGPU on the CPU (SwiftShader, WARP), right but far slower than WASM. */
  | { readonly kind: "adapter"; readonly name: string; readonly software: boolean };

/** Never throws: a browser that fails to answer offers no GPU. */
export async function findGpu(gpu: GPU | undefined): Promise<GpuOffer> {
  if (gpu === undefined) return { kind: "none", reason: "this browser has no WebGPU" };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
    if (adapter === null) return { kind: "none", reason: "the browser found no usable GPU" };
    return { kind: "adapter", name: adapterName(adapter.info), software: isSoftware(adapter) };
  } catch (error) {
    return { kind: "none", reason: error instanceof Error ? error.message : String(error) };
  }
}

function adapterName({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  const parts = description === "" ? [vendor, architecture, device] : [description];
  return parts.filter((part) => part !== "").join(" ") || "unnamed GPU";
}

/** Browsers moved the mark from the adapter to its info, and not every software adapter carries it. */
function isSoftware(adapter: GPUAdapter & { readonly isFallbackAdapter?: boolean }): boolean {
  const { vendor, architecture, device, description } = adapter.info;
  const info: { readonly isFallbackAdapter?: boolean } = adapter.info;
  return (
    info.isFallbackAdapter === true ||
    adapter.isFallbackAdapter === true ||
    /swiftshader|llvmpipe|lavapipe|basic render|warp\b/i.test(
      `${vendor} ${architecture} ${device} ${description}`,
    )
  );
}
