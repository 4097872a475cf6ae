// Class-specific maps on WebGPU: forward and backward pass of a plan give there what they give on WASM.
import { expect, type Page } from "@playwright/test";
import type { Target } from "../src/bridge/contract.ts";
import { initialOptions } from "../src/core/attribution/method.ts";
import { type MethodId, methods } from "../src/core/attribution/registry.ts";
import { missing } from "../tests/support/witnesses.ts";
import { test } from "./support/engine-test.ts";

const reason = missing("images", "zoo");
const picture = "vit-explain/plane.png";

/** Relevance divides by numbers near zero, so that the last bits of a product show. */
const wanted: readonly { readonly id: MethodId; readonly tolerance: number }[] = [
  { id: "generic-attention", tolerance: 1e-4 },
  { id: "attcat", tolerance: 1e-4 },
  { id: "legrad", tolerance: 1e-4 },
  { id: "grad-cam", tolerance: 1e-4 },
  { id: "saliency", tolerance: 1e-4 },
  { id: "transformer-attribution", tolerance: 1e-2 },
];

interface Wish {
  readonly method: MethodId;
  readonly options: object;
  readonly target: Target;
}

test.describe(`explanations on WebGPU${reason}`, { tag: "@webgpu" }, () => {
  test.skip(reason !== "");

  for (const [file, ids] of [
    ["hf_deit__ts17_static.onnx", wanted],
    ["tv_mobilenet_v2__ts17_dyn.onnx", wanted.filter(({ id }) => id === "grad-cam" || id === "saliency")],
  ] as const)
    test(file, async ({ page, harness }) => {
      const wishes = ids.map(({ id }): Wish => {
        const { options } = methods.find((method) => method.id === id)!;
        return { method: id, options: initialOptions(options), target: { kind: "class", index: 1 } };
      });
      const onWasm = await mapsOn(page, harness, "wasm", file, wishes);
      const onGpu = await mapsOn(page, harness, "webgpu", file, wishes);
      for (const [place, { id, tolerance }] of ids.entries()) {
        expect(
          onWasm[place].some((value) => value !== 0),
          id,
        ).toBe(true);
        expect(largestDifference(onGpu[place], onWasm[place]), id).toBeLessThan(tolerance);
      }
    });
});

async function mapsOn(
  page: Page,
  harness: string,
  backend: "wasm" | "webgpu",
  file: string,
  wishes: readonly Wish[],
): Promise<readonly (readonly number[])[]> {
  await page.goto(harness);
  return page.evaluate(
    async ({ backend: chosen, file: name, picture: path, wishes: requests }) => {
      const { explain } = window.connect!("plain").engine;
      const ignore = () => undefined;
      const runtime = await explain.start({ backend: chosen, appUrl: location.origin });
      if (runtime.backend !== chosen) throw new Error(`${runtime.backend} was started`);
      const bytes = await (await fetch(`/witnesses/zoo/${name}`)).blob();
      await explain.loadModel(1, { kind: "own", files: [new File([bytes], name)] }, ignore);
      const blob = await (await fetch(`/witnesses/images/${path}`)).blob();
      await explain.prepare(2, blob, "squash", ignore);
      await explain.classify(2, ignore);
      await explain.gather(2, requests as never, ignore);
      const maps: (readonly number[])[] = [];
      for (const request of requests) {
        const { values } = await explain.explain(2, request as never, ignore);
        maps.push([...values]);
      }
      return maps;
    },
    { backend, file, picture, wishes },
  );
}

/** Relative to the largest value. */
function largestDifference(a: readonly number[], b: readonly number[]): number {
  const scale = Math.max(...b.map(Math.abs));
  return Math.max(...a.map((value, index) => Math.abs(value - b[index]))) / scale;
}
