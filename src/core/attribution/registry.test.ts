// Every method file is registered and named as its id, and says all that its card, its controls and the docs show.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Method, OptionSpec, OptionSpecs, StepResult } from "./method.ts";
import { methods } from "./registry.ts";
import type { TensorKind } from "./tensors.ts";

/** What all methods have alike; how they compute differs. */
type Card = Omit<Method<string, OptionSpecs, TensorKind, StepResult>, "explainer" | "variant" | "figures">;

const cards: readonly Card[] = methods;
const folder = import.meta.dirname;
const sentence = /^.+\.$/;
/** Sources of all tests beside the methods and against goldens. */
const tests = [folder, resolve(folder, "../../../tests/golden")]
  .flatMap((where) => readdirSync(where).map((name) => resolve(where, name)))
  .filter((path) => path.endsWith(".test.ts"))
  .map((path) => readFileSync(path, "utf8"));

describe("method registry", () => {
  test("lists every file that defines a method, under its id", () => {
    const files = readdirSync(folder)
      .filter((name) => name.endsWith(".ts") && !name.includes(".test."))
      .filter((name) => /^export const \w+ = defineMethod\(/m.test(readFileSync(`${folder}/${name}`, "utf8")))
      .map((name) => name.replace(/\.ts$/, ""));
    expect(files.sort()).toEqual(cards.map(({ id }) => id).sort());
  });
  test("gives every method a label of its own", () => {
    expect(new Set(cards.map(({ label }) => label)).size).toBe(cards.length);
  });
});

describe.each(cards.map((card) => [card.id, card] as const))("%s", (id, card) => {
  test("is kebab-case, exported in camel case, and tested", () => {
    expect(id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    const name = id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    expect(readFileSync(`${folder}/${id}.ts`, "utf8")).toContain(`export const ${name} = defineMethod({`);
    expect(tests.some((source) => source.includes(`/${id}.ts"`))).toBe(true);
  });
  test("says where it comes from and what it is", () => {
    expect(new URL(card.paper).protocol).toBe("https:");
    expect(card.cite).not.toBe("");
    expect(card.formula).toMatch(/^.+=.+$/);
    expect(card.summary).toMatch(sentence);
    expect(card.licence).toMatch(sentence);
  });
  test("warns of what a reader must know", () => {
    expect(card.caveats.length).toBeGreaterThan(0);
    for (const caveat of card.caveats) expect(caveat).toMatch(sentence);
  });
  test("needs something, once", () => {
    expect(card.needs.length).toBeGreaterThan(0);
    expect(new Set(card.needs).size).toBe(card.needs.length);
  });
  test("has options that a control can show, whose initial value it offers", () => {
    for (const [name, spec] of Object.entries(card.options)) {
      expect(name).toMatch(/^[a-z][A-Za-z]*$/);
      expect(spec.label, name).not.toBe("");
      expect(spec.help, name).toMatch(sentence);
      expectInitialInside(spec);
    }
  });
});

function expectInitialInside(spec: OptionSpec): void {
  switch (spec.kind) {
    case "choice": {
      const values = spec.choices.map(({ value }) => value);
      expect(values).toContain(spec.initial);
      expect(new Set(values).size).toBe(values.length);
      for (const { label, help } of spec.choices) {
        expect(label).not.toBe("");
        expect(help).toMatch(sentence);
      }
      break;
    }
    case "range":
      expect(spec.step).toBeGreaterThan(0);
      expect(spec.initial).toBeGreaterThanOrEqual(spec.minimum);
      expect(spec.initial).toBeLessThanOrEqual(spec.maximum);
      break;
    case "head":
      expect(Number.isInteger(spec.initial) && spec.initial >= -1).toBe(true);
      break;
    case "feature-layer":
      expect(Number.isInteger(spec.initial) && spec.initial >= 0).toBe(true);
      break;
    case "layer":
      expect(Number.isInteger(spec.initial)).toBe(true);
      break;
    case "heads-off":
      expect(spec.initial).toEqual([]);
      break;
  }
}
