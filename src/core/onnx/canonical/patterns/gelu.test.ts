// GELU in every order of its factors becomes one node with the same numbers; look-alikes stay.
import { describe, expect, it } from "vitest";
import {
  compareCanonical,
  numberTensor,
  smallModel,
  waveFeeds,
} from "../../../../../tests/support/small-models.ts";
import { makeNode } from "../../build.ts";
import type { Node } from "../../model.ts";

const constants = [
  numberTensor("half", 0.5),
  numberTensor("one", 1),
  numberTensor("two", 2),
  numberTensor("three", 3),
  numberTensor("rootOfTwo", Math.SQRT2),
  numberTensor("inverseRoot", Math.SQRT1_2),
  numberTensor("minusInverseRoot", -Math.SQRT1_2),
  numberTensor("cubic", 0.044715),
  numberTensor("rootOfTwoOverPi", Math.sqrt(2 / Math.PI)),
  numberTensor("other", 1.702),
];

const bent: Readonly<Record<string, readonly Node[]>> = {
  "erf of a quotient": [makeNode("Div", ["x", "rootOfTwo"], ["u"]), makeNode("Erf", ["u"], ["bent"])],
  "erf of a product": [makeNode("Mul", ["inverseRoot", "x"], ["u"]), makeNode("Erf", ["u"], ["bent"])],
  "erf of a computed root": [
    makeNode("Sqrt", ["two"], ["root"]),
    makeNode("Div", ["x", "root"], ["u"]),
    makeNode("Erf", ["u"], ["bent"]),
  ],
  "tanh of a sum": [
    makeNode("Pow", ["x", "three"], ["cube"]),
    makeNode("Mul", ["cube", "cubic"], ["bow"]),
    makeNode("Add", ["x", "bow"], ["sum"]),
    makeNode("Mul", ["sum", "rootOfTwoOverPi"], ["u"]),
    makeNode("Tanh", ["u"], ["bent"]),
  ],
  "tanh of a product": [
    makeNode("Mul", ["x", "x"], ["square"]),
    makeNode("Mul", ["cubic", "square"], ["bow"]),
    makeNode("Add", ["one", "bow"], ["sum"]),
    makeNode("Mul", ["x", "rootOfTwoOverPi"], ["line"]),
    makeNode("Mul", ["line", "sum"], ["u"]),
    makeNode("Tanh", ["u"], ["bent"]),
  ],
};

const gates: Readonly<Record<string, readonly Node[]>> = {
  "one last": [makeNode("Add", ["bent", "one"], ["gate"])],
  "one first": [makeNode("Add", ["one", "bent"], ["gate"])],
};

const products: Readonly<Record<string, readonly Node[]>> = {
  "(x gate) half": [makeNode("Mul", ["x", "gate"], ["p"]), makeNode("Mul", ["p", "half"], ["y"])],
  "half (gate x)": [makeNode("Mul", ["gate", "x"], ["p"]), makeNode("Mul", ["half", "p"], ["y"])],
  "(half x) gate": [makeNode("Mul", ["half", "x"], ["p"]), makeNode("Mul", ["p", "gate"], ["y"])],
  "gate (x half)": [makeNode("Mul", ["x", "half"], ["p"]), makeNode("Mul", ["gate", "p"], ["y"])],
  "x (gate half)": [makeNode("Mul", ["gate", "half"], ["p"]), makeNode("Mul", ["x", "p"], ["y"])],
  "(x gate) / 2": [makeNode("Mul", ["x", "gate"], ["p"]), makeNode("Div", ["p", "two"], ["y"])],
  "(x / 2) gate": [makeNode("Div", ["x", "two"], ["p"]), makeNode("Mul", ["p", "gate"], ["y"])],
};

const spellings = Object.entries(bent).flatMap(([bending, first]) =>
  Object.entries(gates).flatMap(([gate, second]) =>
    Object.entries(products).map(
      ([product, third]) => [`${bending}, ${gate}, ${product}`, [...first, ...second, ...third]] as const,
    ),
  ),
);

/** GELU of a value that is a product itself, as in gated blocks. */
const ofProduct = makeNode("Mul", ["picture", "picture"], ["x"]);

async function canonical(nodes: readonly Node[], input = "x") {
  const inputs = { [input]: [3, 5] };
  return compareCanonical(smallModel({ nodes, constants, inputs }), waveFeeds(inputs));
}

describe("GELU in steps", () => {
  it.each(spellings)("is one node: %s", async (_, nodes) => {
    const { operators, difference } = await canonical(nodes);
    expect(operators).toEqual(["Gelu"]);
    expect(difference).toBeLessThan(1e-6);
  });

  it("is one node where the half is inside the sum", async () => {
    const { operators, difference } = await canonical([
      ...bent["erf of a product"]!,
      makeNode("Mul", ["bent", "half"], ["halved"]),
      makeNode("Add", ["half", "halved"], ["gate"]),
      makeNode("Mul", ["gate", "x"], ["y"]),
    ]);
    expect(operators).toEqual(["Gelu"]);
    expect(difference).toBeLessThan(1e-6);
  });

  it("is one node where the sign is turned twice", async () => {
    const { operators, difference } = await canonical([
      makeNode("Mul", ["x", "minusInverseRoot"], ["u"]),
      makeNode("Erf", ["u"], ["bent"]),
      makeNode("Sub", ["one", "bent"], ["gate"]),
      ...products["half (gate x)"]!,
    ]);
    expect(operators).toEqual(["Gelu"]);
    expect(difference).toBeLessThan(1e-6);
  });

  it.each(Object.entries(products))("keeps a product before it: %s", async (_, nodes) => {
    const first = [ofProduct, ...bent["erf of a quotient"]!, ...gates["one last"]!];
    const { operators, difference } = await canonical([...first, ...nodes], "picture");
    expect(operators).toEqual(["Mul", "Gelu"]);
    expect(difference).toBeLessThan(1e-6);
  });
});

describe("what only resembles GELU stays", () => {
  const erf = bent["erf of a quotient"]!;
  const gate = gates["one last"]!;
  const halved = products["(x gate) half"]!;
  it.each<[string, readonly Node[]]>([
    [
      "another width",
      [makeNode("Div", ["x", "two"], ["u"]), makeNode("Erf", ["u"], ["bent"]), ...gate, ...halved],
    ],
    ["another factor", [...erf, ...gate, makeNode("Mul", ["x", "gate"], ["y"])]],
    ["another summand", [...erf, makeNode("Add", ["bent", "two"], ["gate"]), ...halved]],
    [
      "the gate twice",
      [...erf, ...gate, makeNode("Mul", ["gate", "gate"], ["p"]), makeNode("Mul", ["half", "p"], ["y"])],
    ],
    ["no gate", [...erf, makeNode("Mul", ["x", "bent"], ["p"]), makeNode("Mul", ["p", "half"], ["y"])]],
    ["the wrong sign", [...erf, makeNode("Sub", ["one", "bent"], ["gate"]), ...halved]],
    [
      "x sigmoid(1.702 x)",
      [
        makeNode("Mul", ["x", "other"], ["u"]),
        makeNode("Sigmoid", ["u"], ["gate"]),
        makeNode("Mul", ["x", "gate"], ["y"]),
      ],
    ],
  ])("%s", async (_, nodes) => {
    const { operators, difference } = await canonical(nodes);
    expect(operators).not.toContain("Gelu");
    expect(difference).toBeLessThan(1e-6);
  });
});
