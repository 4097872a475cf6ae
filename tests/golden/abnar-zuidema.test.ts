// Rollout and flow of Abnar & Zuidema against the authors' code, for every layer and every token as the output.
import { describe, expect, test } from "vitest";
import { abnarZuidema } from "../../src/core/attribution/abnar-zuidema.ts";
import { attentionFlow } from "../../src/core/attribution/attention-flow.ts";
import { finish } from "../support/finish.ts";
import { type GoldenArray, readGolden, relativeError, toNumbers } from "../support/golden.ts";
import { goldenAttention } from "../support/golden-tensors.ts";
import { noteError } from "../support/measured-errors.ts";
import { missing } from "../support/witnesses.ts";

const skipped = missing("golden");
const goldens = skipped ? {} : readGolden<Record<string, GoldenArray>>("attention_flow.json");

describe.skipIf(skipped).each([
  { golden: "rollout_residual", residual: "with" },
  { golden: "rollout_noresidual", residual: "without" },
] as const)(`$golden${skipped}`, ({ golden, residual }) => {
  const [layers, tokens] = goldens[golden]?.shape ?? [0, 0];
  const rows = Array.from(
    { length: layers * tokens },
    (_, i) => [Math.floor(i / tokens), i % tokens] as const,
  );
  test.each(rows)("layer %d, token %d", (lastLayer, token) => {
    const expected = toNumbers(goldens[golden])
      .slice((lastLayer * tokens + token) * tokens)
      .slice(0, tokens);
    // Without prefix tokens the map is the whole row.
    const attention = { ...goldenAttention(tokens), outputTokens: [token] };
    const map = abnarZuidema.explainer({ attention })({ residual, startLayer: 0, lastLayer });
    expect(noteError("abnar-zuidema", "tiny", relativeError(map, expected))).toBeLessThanOrEqual(1e-9);
  });
  test("has rows", () => expect(rows.length).toBeGreaterThan(0));
});

describe.skipIf(skipped)(`Chefer's rollout baseline${skipped}`, () => {
  const baselines = skipped
    ? []
    : readGolden<{ baselines: { method: string; map: GoldenArray }[] }>("chefer_f64.json").baselines;
  const cases = baselines.filter(({ method }) => method.startsWith("rollout_start"));
  test.each(cases.map(({ method, map }) => [method, map] as const))("%s", (method, golden) => {
    const expected = toNumbers(golden);
    const startLayer = Number(method.replace("rollout_start", ""));
    const step = abnarZuidema.explainer({ attention: goldenAttention(expected.length) });
    const error = relativeError(step({ residual: "with", startLayer, lastLayer: -1 }), expected);
    expect(noteError("abnar-zuidema", "tiny", error)).toBeLessThanOrEqual(1e-9);
  });
  test("has cases", () => expect(cases.length).toBeGreaterThan(0));
});

describe.skipIf(skipped)(`attention flow${skipped}`, () => {
  const depths = Object.keys(goldens).flatMap((name) => /^flow_cls_layer(\d+)$/.exec(name)?.[1] ?? []);
  test.each(depths)("from the class token after layer %s", (depth) => {
    const expected = toNumbers(goldens[`flow_cls_layer${depth}`]);
    const attention = goldenAttention(expected.length);
    const map = finish(attentionFlow.explainer({ attention })({ lastLayer: Number(depth) - 1 }));
    expect(noteError("attention-flow", "tiny", relativeError(map, expected))).toBeLessThanOrEqual(1e-9);
    const undivided = toNumbers(goldens[`flow_cls_layer${depth}_raw`]);
    const total = undivided.reduce((sum, flow) => sum + flow, 0);
    expect(
      relativeError(
        map,
        undivided.map((flow) => flow / total),
      ),
    ).toBeLessThanOrEqual(1e-9);
  });
  test("has depths", () => expect(depths.length).toBeGreaterThan(0));
});
