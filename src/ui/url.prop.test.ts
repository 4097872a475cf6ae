// Links: every view comes back as it was, and no text whatever breaks the reader.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OptionSpec } from "../core/attribution/method.ts";
import { colourMaps } from "../core/vision/colour-maps.ts";
import { divergingMaps } from "../core/vision/diverging-maps.ts";
import { methodFacts } from "./method-options.ts";
import type { OptionValue, Selection } from "./state/selection.ts";
import { defaultLinkedView, type View } from "./url/view.ts";
import { decodeView, encodeView } from "./url.ts";

const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 });
const index = fc.nat(2000);
const ascending = fc.uniqueArray(index, { maxLength: 20 }).map((list) => list.sort((a, b) => a - b));
const bytes = fc.uint8Array({ minLength: 1, maxLength: 500 }).map((list) => Uint8Array.from(list));

function anyValue(spec: OptionSpec): fc.Arbitrary<OptionValue> {
  switch (spec.kind) {
    case "choice":
      return fc.constantFrom(...spec.choices.map(({ value }) => value));
    case "range":
      return fc
        .double({ min: spec.minimum, max: spec.maximum, noNaN: true })
        .map((value) => (value === 0 ? 0 : value));
    case "head":
      return fc.integer({ min: -1, max: 40 });
    case "layer":
    case "feature-layer":
      return fc.nat(40);
    case "heads-off":
      return ascending;
  }
}

const selection: fc.Arbitrary<Selection> = fc.constantFrom(...methodFacts).chain(({ id, options: specs }) => {
  const values = Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, anyValue(spec)]));
  return fc.record({
    method: fc.constant(id),
    options: fc.record(values, { requiredKeys: [] }).map((changed) => ({ [id]: changed })),
    target: fc.oneof(
      fc.constant({ kind: "top" as const }),
      fc.record({ kind: fc.constant("class" as const), index }),
      fc.constant({ kind: "contrast" as const }),
      fc.constant({ kind: "vector" as const }),
    ),
    pins: fc.record({ a: fc.option(index), b: fc.option(index) }),
    vector: fc.option(
      fc.record({
        name,
        values: fc
          .float32Array({ minLength: 1, maxLength: 60, noNaN: true, noDefaultInfinity: true })
          .map((list) => Float32Array.from(list)),
      }),
    ),
    gradient: fc.constantFrom("exact" as const, "libra" as const, "libra-probability" as const),
    difference: fc.boolean(),
  });
});

const view: fc.Arbitrary<View> = fc.record({
  picture: fc.oneof(
    fc.constant(null),
    fc.record({ kind: fc.constant("sample" as const), id: name }),
    fc.record({ kind: fc.constant("file" as const), title: name, sha256: hex }),
    fc.record({ kind: fc.constant("embedded" as const), title: name, bytes }),
  ),
  model: fc.oneof(
    fc.constant(defaultLinkedView.model),
    fc.record({ kind: fc.constant("own" as const), name, sha256: hex }),
  ),
  selection,
  framing: fc.constantFrom("crop" as const, "squash" as const, "vit-explain" as const),
  settings: fc.record({
    overlay: fc.boolean(),
    outline: fc.boolean(),
    opacity: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
    colourMap: fc.constantFrom(...colourMaps.map(({ id }) => id)),
    divergingMap: fc.constantFrom(...divergingMaps.map(({ id }) => id)),
    interpolation: fc.constantFrom("smooth" as const, "nearest" as const),
    scaleStart: fc.constantFrom("lowest" as const, "zero" as const),
    pixels: fc.constantFrom("full" as const, "model" as const),
  }),
  instances: fc.option(ascending),
});

/** The view without what a link leaves out on purpose: options as their author chose them, targets that cannot be. */
function meantBy(given: View): View {
  const { method, options, target, pins, vector } = given.selection;
  const specs = methodFacts.find(({ id }) => id === method)?.options ?? {};
  const changed = Object.entries(options[method] ?? {}).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(specs[key].initial),
  );
  const isPossible =
    target.kind === "contrast"
      ? pins.a !== null && pins.b !== null
      : target.kind !== "vector" || vector !== null;
  return {
    ...given,
    selection: {
      ...given.selection,
      options: changed.length === 0 ? {} : { [method]: Object.fromEntries(changed) },
      target: isPossible ? target : { kind: "top" },
    },
  };
}

describe("a link", () => {
  it("brings every view back as it was", () => {
    fc.assert(
      fc.property(view, (given) => {
        const decoded = decodeView(`#${encodeView(given)}`);
        expect(decoded).toEqual({ view: meantBy(given), unread: [], isNewer: false });
      }),
      { numRuns: 500 },
    );
  });

  it("needs no escape in an address, and survives being escaped once more by nobody", () => {
    fc.assert(
      fc.property(view, (given) => {
        const fragment = encodeView(given);
        expect(fragment).toMatch(/^[\w.~!$&'()*+,;=:@/?%-]*$/);
        expect(new URL(`https://host.example/app/#${fragment}`).hash.slice(1)).toBe(fragment);
      }),
    );
  });
});

describe("the reader of links", () => {
  const keys = encodeView({
    ...defaultLinkedView,
    picture: { kind: "embedded", title: "t", bytes: Uint8Array.of(1) },
    instances: [],
  })
    .split("&")
    .map((part) => part.split("=")[0])
    .concat("class", "target", "a", "b", "vector", "vector-values", "method", "o.fusion", "opacity", "model");

  it("makes something of any text, and the same of what it made", () => {
    const anyPart = fc
      .tuple(fc.constantFrom(...keys), fc.string({ unit: "binary" }))
      .map((pair) => pair.join("="));
    const anyText = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(anyPart).map((parts) => ["v=1", ...parts].join("&")),
      fc.tuple(view, fc.nat(), fc.string()).map(([given, cut, rest]) => {
        const fragment = encodeView(given);
        return fragment.slice(0, cut % (fragment.length + 1)) + rest;
      }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        const decoded = decodeView(text);
        if (decoded === null) return;
        expect(decodeView(encodeView(decoded.view))?.view).toEqual(decoded.view);
      }),
      { numRuns: 2000 },
    );
  });
});
