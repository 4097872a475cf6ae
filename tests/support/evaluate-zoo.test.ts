// The double-precision runtime against PyTorch on whole files of the zoo.
import { describe, expect, test } from "vitest";
import { evaluate, isEvaluable } from "./evaluate.ts";
import { relativeError } from "./golden.ts";
import { missing } from "./witnesses.ts";
import { readZooModel, readZooReference, zooEntries, zooFeeds } from "./zoo.ts";

const skipped = missing("zoo");

describe.skipIf(skipped)(`whole files as PyTorch computes them in double precision${skipped}`, () => {
  const seen = new Set<string>();
  const entries = zooEntries().filter(({ kind, model, file }) => {
    // Halves round their weights; one file of each network that takes long will do.
    if (kind === "negative" || /fp16|int8/.test(file)) return false;
    const isNew = !seen.has(model);
    seen.add(model);
    return kind === "vit" || isNew;
  });
  const evaluable = entries.filter((entry) => isEvaluable(readZooModel(entry)));

  test("most of them can be evaluated", () => {
    expect(evaluable.length).toBeGreaterThan(0.8 * entries.length);
  });

  test.each(evaluable.map((entry) => [entry.file, entry] as const))("%s", (_, entry) => {
    const reference = readZooReference(entry);
    const feeds = Object.entries(zooFeeds(entry, reference)).map(
      ([name, { shape, data }]) =>
        [name, { dims: shape, data: Array.from(data as ArrayLike<number>, Number) }] as const,
    );
    const outputs = evaluate(readZooModel(entry), Object.fromEntries(feeds), [entry.target_output]);
    const expected = Array.from(reference.get("logits")!.data as ArrayLike<number>, Number);
    expect(relativeError(outputs[entry.target_output]!.data, expected)).toBeLessThan(1e-6);
  });
});
