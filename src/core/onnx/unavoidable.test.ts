// Nodes that no way through a graph avoids.
import { describe, expect, it } from "vitest";
import { makeGraph, makeNode } from "./build.ts";
import { indexGraph } from "./graph-index.ts";
import type { Node } from "./model.ts";
import { unavoidableNodes } from "./unavoidable.ts";

function strand(nodes: readonly Node[], flowing: readonly string[], target: string): readonly string[] {
  const index = indexGraph(makeGraph({ nodes }));
  return unavoidableNodes(index, new Set(flowing), target).map(({ outputs }) => outputs[0]!);
}

describe("unavoidableNodes", () => {
  const nodes = [
    makeNode("Relu", ["x"], ["a"]),
    makeNode("Relu", ["a"], ["branch"]),
    makeNode("Add", ["a", "branch"], ["sum"]),
    makeNode("Sigmoid", ["sum"], ["gate"]),
    makeNode("Mul", ["sum", "gate"], ["gated"]),
    makeNode("Add", ["gated", "other"], ["y"]),
    makeNode("Neg", ["sum"], ["unused"]),
  ];
  const flowing = ["x", "a", "branch", "sum", "gate", "gated", "y", "unused"];

  it("leaves branches and gates out, and constants aside", () => {
    expect(strand(nodes, flowing, "y")).toEqual(["a", "sum", "gated", "y"]);
  });

  it("does not go by the order of the file", () => {
    expect(strand([...nodes].reverse(), flowing, "y")).toEqual(["a", "sum", "gated", "y"]);
  });

  it("has two ways where what flows comes in twice", () => {
    expect(strand(nodes, [...flowing, "other"], "y")).toEqual(["y"]);
    const late = ["sum", "gate", "gated", "y"];
    expect(strand(nodes, late, "y")).toEqual(["gated", "y"]);
  });

  it("knows no way to inputs", () => {
    expect(strand(nodes, flowing, "x")).toEqual([]);
  });

  it("takes a node with several results for one place", () => {
    const split = [makeNode("Split", ["x"], ["left", "right"]), makeNode("Add", ["left", "right"], ["y"])];
    expect(strand(split, ["x", "left", "right", "y"], "y")).toEqual(["left", "y"]);
  });
});
