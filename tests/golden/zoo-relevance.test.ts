// Relevance does not depend on who exported a network: every file of the zoo gives what the first of its model gives.
import { describe, expect, test } from "vitest";
import { dissect } from "../../src/core/anatomy/dissect.ts";
import { attnLrp } from "../../src/core/autodiff/attn-lrp.ts";
import { attnLrpExplicit } from "../../src/core/autodiff/attn-lrp-explicit.ts";
import { withGamma } from "../../src/core/autodiff/lrp/gamma.ts";
import { lrp } from "../../src/core/autodiff/lrp.ts";
import type { RuleTable } from "../../src/core/autodiff/rule.ts";
import { isXaiError } from "../../src/core/errors.ts";
import { tensorAttribute } from "../../src/core/onnx/attributes.ts";
import { canonicalise } from "../../src/core/onnx/canonical/canonicalise.ts";
import { ElementType } from "../../src/core/onnx/model.ts";
import { evaluate, isEvaluable } from "../support/evaluate.ts";
import { relativeError } from "../support/golden.ts";
import { propagate } from "../support/relevance.ts";
import { missing } from "../support/witnesses.ts";
import {
  isQuantised,
  readZooModel,
  readZooReference,
  showsAttention,
  type ZooEntry,
  zooEntries,
  zooFeeds,
} from "../support/zoo.ts";

const skipped = missing("zoo");

const tables: readonly (readonly [string, RuleTable])[] = [
  ["Chefer's rules", lrp()],
  ["Chefer's rules, stabilised", lrp({ epsilon: 0.1 })],
  ["AttnLRP's rules", attnLrpExplicit],
  ["AttnLRP with gamma", withGamma(attnLrp, { convolution: 0.25, linear: 0.1 })],
];

/** What arrives at every attention map and at the picture; null where the file is refused or has no kernel here. */
function relevance(entry: ZooEntry, rules: RuleTable): readonly Float64Array[] | null {
  const fed = Object.entries(zooFeeds(entry, readZooReference(entry)));
  const inputShapes = new Map(fed.map(([name, { shape }]) => [name, shape]));
  const model = canonicalise(readZooModel(entry), { inputShapes });
  if (!isEvaluable(model)) return null;
  const feeds = Object.fromEntries(
    fed.map(([name, { shape, data }]) => {
      return [name, { dims: shape, data: Array.from(data as ArrayLike<number>, Number) }];
    }),
  );
  const { attention, input } = dissect(model);
  const from = entry.target_output;
  const { dims, data } = evaluate(model, feeds, [from])[from]!;
  const seed = { dims, data: data.map((_, index) => Number(index === entry.classes[0])) };
  const wanted = [...attention.map(({ tensor }) => tensor), input.name];
  const arrived = propagate({ model, feeds, rules, from, seed, wanted });
  return wanted.map((name) => arrived[name]!);
}

/** Whether a table has no rule for what every file of a network ends in, as for CLIP's division by a length. */
function isUnruled(files: readonly ZooEntry[], rules: RuleTable): boolean {
  const unruled = files.filter((entry) => {
    try {
      relevance(entry, rules);
      return false;
    } catch (error) {
      if (isXaiError(error) && error.code === "autodiff/no-rule") return true;
      throw error;
    }
  });
  return unruled.length === files.length;
}

/**
 * How far files may differ. Weights folded by exporters differ by 1e-7, halves by 1e-3, and scale factors lie on either
 * side of a division whose shift weighs differently then; the authors' division blows all of that up.
 * @returns null where that leaves nothing to compare.
 */
function tolerance(table: string, isHalf: boolean): number | null {
  if (table === "Chefer's rules") return isHalf ? null : 2e-2;
  return isHalf ? 1e-2 : 2e-3;
}

function hasHalves(entry: ZooEntry): boolean {
  const { initializers, nodes } = readZooModel(entry).graph;
  const constants = nodes.map((node) => tensorAttribute(node, "value"));
  return [...initializers, ...constants].some((tensor) => tensor?.elementType === ElementType.float16);
}

describe.skipIf(skipped)(`relevance of files from different exporters${skipped}`, () => {
  const entries = zooEntries().filter((entry) => showsAttention(entry) && !isQuantised(entry));
  const models = [...new Set(entries.map(({ model }) => model))];

  test("there are files", () => expect(models.length).toBeGreaterThan(5));

  test.each(models)("%s", (name) => {
    const files = entries.filter(({ model }) => model === name);
    for (const [table, rules] of tables) {
      if (isUnruled(files.slice(0, 1), rules)) {
        expect(isUnruled(files, rules), `${table} refuses every file`).toBe(true);
        continue;
      }
      let first: readonly Float64Array[] | null = null;
      for (const entry of files) {
        const tolerated = tolerance(table, hasHalves(entry));
        const arrived = tolerated === null ? null : relevance(entry, rules);
        first ??= arrived;
        for (const [place, each] of (arrived ?? []).entries()) {
          const error = relativeError(each, first![place]!);
          expect(error, `${table} at place ${place} of ${entry.file}`).toBeLessThanOrEqual(tolerated!);
        }
      }
      expect(first, "a file that can be evaluated").not.toBeNull();
    }
  });
});
