// Every method on one export of every network of the zoo: what the engine says is possible is, and nothing else.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ExplainRequest } from "../../src/bridge/contract.ts";
import { initialOptions } from "../../src/core/attribution/method.ts";
import { methods } from "../../src/core/attribution/registry.ts";
import { isXaiError } from "../../src/core/errors.ts";
import { loadClassifier } from "../../src/engine/classifier.ts";
import { describeNetwork } from "../../src/engine/describe-network.ts";
import { createExplanation } from "../../src/engine/explanation.ts";
import { startRuntime } from "../../src/engine/ort.ts";
import { missing, witnesses } from "../support/witnesses.ts";
import { zooBytes, zooEntries } from "../support/zoo.ts";
import { ignore, never } from "./open-network.ts";

const skipped = missing("zoo");
/** One file a network, and those that were fused by an optimizer or hold half precision. */
const files = zooEntries()
  .filter(({ file, model }, place, all) => {
    const isFirst = all.findIndex((each) => each.model === model) === place;
    return (isFirst || /ortfused|ms[a-z]+\.onnx|dyn23|fp16|external/.test(file)) && !file.includes("int8");
  })
  .map(({ file }) => file);

/** With as few pictures as a path can have. */
function quickest({ id, options }: (typeof methods)[number]): ExplainRequest {
  const few = Object.keys(options).filter((name) => name === "steps" || name === "samples");
  const values = { ...initialOptions(options), ...Object.fromEntries(few.map((name) => [name, 2])) };
  return { method: id, options: values } as unknown as ExplainRequest;
}

describe.skipIf(skipped)(`every method${skipped}`, () => {
  beforeAll(async () => {
    await startRuntime({ backend: "wasm", threads: 1 });
  });

  test("there are files", () => expect(files.length).toBeGreaterThan(20));

  test.each(files)(
    "%s",
    async (file) => {
      const data = `${file}.data`;
      const hasData = existsSync(resolve(witnesses.zoo, data));
      const externalData = new Map(hasData ? [[data, zooBytes(data)]] : []);
      const classifier = await loadClassifier(
        { name: file, bytes: zooBytes(file), externalData },
        never,
        ignore,
      );
      const { methods: refusals, featureLayers } = describeNetwork(classifier.network);
      const { size } = classifier.network.input;
      const pixels = Float32Array.from({ length: 3 * size * size }, (_, at) => Math.sin(at * 0.37));
      const explanation = createExplanation(classifier, 1, pixels, await classifier.forward(pixels));
      for (const method of methods) {
        const map = await explanation.explain(quickest(method), never, ignore).catch((error: unknown) => {
          if (!isXaiError(error)) throw error;
          return error;
        });
        const label = `${method.id} ${isXaiError(map) ? map.message : ""}`;
        if (refusals[method.id] !== null) {
          expect(isXaiError(map) && /^(anatomy|autodiff)\//.test(map.code), label).toBe(true);
          continue;
        }
        // A map without anything above zero is a result too.
        if (isXaiError(map, "attribution/empty-map")) continue;
        if (isXaiError(map)) throw map;
        expect(map.values.every(Number.isFinite), label).toBe(true);
        const { rows, columns } = map.grid;
        expect(map.values, label).toHaveLength(rows * columns);
        if (method.resolution === "features")
          expect(featureLayers[0], label).toMatchObject({ rows, columns });
        if (method.resolution === "pixels") expect(rows, label).toBe(size);
      }
      await classifier.release();
    },
    60_000,
  );
});
