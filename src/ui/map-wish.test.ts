// What is asked of the engine for what is chosen: targets only where they matter, two maps for a difference.
import { describe, expect, it } from "vitest";
import { canShowDifference, mapWish } from "./map-wish.ts";
import { methodFacts, takesGradients } from "./method-options.ts";
import { firstSelection, type Selection, withOption } from "./state/selection.ts";
import { classifierInfo } from "./testing/results.ts";

const pinned: Selection = { ...firstSelection, pins: { a: 0, b: 2 }, target: { kind: "contrast" } };
const wishOf = (selection: Selection) => mapWish(selection, classifierInfo, 1);

describe("a method that is the same for every class", () => {
  it("is asked once and without target, whatever is chosen", () => {
    for (const target of [{ kind: "class", index: 2 }, { kind: "contrast" }, { kind: "top" }] as const) {
      const { subject, requests } = wishOf({ ...pinned, target });
      expect(subject).toEqual({ kind: "any-class" });
      expect(requests).toHaveLength(1);
      expect(requests[0]).not.toHaveProperty("target");
    }
  });

  it("is asked without gradient rules, which it does not have", () => {
    expect(wishOf({ ...firstSelection, gradient: "libra" }).requests[0]).not.toHaveProperty("gradient");
  });
});

describe("a method that depends on the class", () => {
  const chosen: Selection = { ...pinned, method: "gradient-rollout" };

  it("is asked about the most probable class without naming it, but is named by it", () => {
    const { subject, requests } = wishOf({ ...chosen, target: { kind: "top" } });
    expect(requests[0]).not.toHaveProperty("target");
    expect(subject).toEqual({ kind: "class", label: "b" });
  });

  it("is asked about a chosen class", () => {
    const { subject, requests } = wishOf({ ...chosen, target: { kind: "class", index: 2 } });
    expect(requests[0].target).toEqual({ kind: "class", index: 2 });
    expect(subject).toEqual({ kind: "class", label: "c" });
  });

  it("is asked about A and then B for their contrast", () => {
    const { subject, requests } = wishOf(chosen);
    expect(requests.map(({ target }) => target)).toEqual([
      { kind: "class", index: 0 },
      { kind: "class", index: 2 },
    ]);
    expect(subject).toEqual({ kind: "classes", first: "a", second: "c" });
  });

  it("is asked about a vector, by its values", () => {
    const values = Float32Array.of(1, 2, 3);
    const wish = wishOf({ ...chosen, target: { kind: "vector" }, vector: { name: "a dog", values } });
    expect(wish.requests[0].target).toEqual({ kind: "vector", values });
    expect(wish.subject).toEqual({ kind: "vector", name: "a dog" });
  });

  it("takes gradient rules along, the exact ones by leaving them out", () => {
    const { requests } = wishOf({ ...chosen, gradient: "libra" });
    expect(requests.map(({ gradient }) => gradient)).toEqual(["libra", "libra"]);
    expect(wishOf(chosen).requests[0]).not.toHaveProperty("gradient");
  });
});

describe("the difference that settings make", () => {
  const changed: Selection = { ...withOption(firstSelection, "fusion", "max"), difference: true };

  it("asks with the settings, then with the correct ones", () => {
    const { subject, requests } = wishOf(changed);
    expect(subject).toEqual({ kind: "settings" });
    expect(requests.map(({ options }) => (options as { fusion: string }).fusion)).toEqual(["max", "mean"]);
  });

  it("is there only while settings differ, for maps of patches", () => {
    expect(canShowDifference(changed, classifierInfo)).toBe(true);
    expect(canShowDifference(withOption(changed, "fusion", "mean"), classifierInfo)).toBe(false);
    expect(wishOf(withOption(changed, "fusion", "mean")).requests).toHaveLength(1);
    const pixels = withOption({ ...firstSelection, method: "saliency" }, "channels", "sum");
    expect(canShowDifference(pixels, classifierInfo)).toBe(false);
  });
});

describe("options that count from the end", () => {
  it("are sent as numbers of this model's layers", () => {
    const fromEnd = methodFacts.flatMap(({ id, options }) =>
      Object.entries(options)
        .filter(([, spec]) => spec.kind === "layer" && spec.initial < 0)
        .map(([name]) => ({ id, name })),
    );
    expect(fromEnd.length).toBeGreaterThan(0);
    for (const { id, name } of fromEnd) {
      const { options } = wishOf({ ...firstSelection, method: id }).requests[0];
      expect((options as Record<string, number>)[name], `${id} ${name}`).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("every registered method", () => {
  it.each(methodFacts)(
    "$id says what its card needs, and its gradient rules follow from its tensors",
    (method) => {
      for (const text of [method.label, method.summary, method.formula, method.cite, method.licence])
        expect(text).not.toBe("");
      expect(method.paper).toMatch(/^https:\/\//);
      expect(method.caveats.length).toBeGreaterThan(0);
      if (takesGradients(method.id)) expect(method.needs.length).toBeGreaterThan(0);
      if (method.family === "rollout") expect(takesGradients(method.id)).toBe(false);
    },
  );
});
