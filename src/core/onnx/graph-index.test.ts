// Execution order, writers and readers, with subgraphs and circles.
import { describe, expect, it } from "vitest";
import { makeGraph, makeNode } from "./build.ts";
import { indexGraph, valuesRead } from "./graph-index.ts";
import type { Node } from "./model.ts";

const names = (nodes: readonly Node[] | undefined) => nodes?.map(({ outputs }) => outputs[0]);

describe("indexGraph", () => {
  it("keeps an order that works, and mends one that does not", () => {
    const [a, b, c] = [
      makeNode("A", ["x"], ["a"]),
      makeNode("B", ["a"], ["b"]),
      makeNode("C", ["a", "b"], ["c"]),
    ];
    expect(indexGraph(makeGraph({ nodes: [a, b, c] })).order).toEqual([a, b, c]);
    expect(indexGraph(makeGraph({ nodes: [c, b, a] })).order).toEqual([a, b, c]);
  });

  it("knows who writes and who reads, each reader once", () => {
    const nodes = [
      makeNode("A", ["x"], ["a"]),
      makeNode("Mul", ["a", "a"], ["b"]),
      makeNode("C", ["", "a"], ["c"]),
    ];
    const index = indexGraph(makeGraph({ nodes }));
    expect(index.producers.get("b")).toBe(nodes[1]);
    expect(index.producers.get("x")).toBeUndefined();
    expect(names(index.consumers.get("a"))).toEqual(["b", "c"]);
    expect(index.consumers.has("")).toBe(false);
  });

  it("counts what a graph inside a node takes from outside", () => {
    const inner = makeGraph({ nodes: [makeNode("Neg", ["outside"], ["inside"])] });
    const branch: Node = {
      ...makeNode("If", ["condition"], ["result"]),
      attributes: [{ name: "then_branch", kind: "graph", value: inner, rest: [] }],
    };
    expect(valuesRead(branch)).toEqual(["condition", "outside"]);
    const late = makeNode("Abs", ["x"], ["outside"]);
    expect(indexGraph(makeGraph({ nodes: [branch, late] })).order).toEqual([late, branch]);
  });

  it("refuses nodes that wait for each other", () => {
    const circle = [makeNode("A", ["b"], ["a"]), makeNode("B", ["a"], ["b"])];
    expect(() => indexGraph(makeGraph({ nodes: circle }))).toThrow(/onnx\/not-onnx.*wait for each other/);
    const self = [makeNode("A", ["a"], ["a"])];
    expect(() => indexGraph(makeGraph({ nodes: self }))).toThrow(/wait for each other/);
  });

  it("orders a chain of 100,000 nodes given back to front", () => {
    const chain = Array.from({ length: 100_000 }, (_, place) =>
      makeNode("N", [`v${place + 1}`], [`v${place}`]),
    );
    const { order } = indexGraph(makeGraph({ nodes: chain }));
    expect(order[0]).toBe(chain.at(-1));
    expect(order).toHaveLength(chain.length);
  });
});
