// The one walk: from seeded values back to wanted ones, asking a table of rules at every node between them.
import { XaiError } from "../errors.ts";
import { makeNode } from "../onnx/build.ts";
import { constantValues } from "../onnx/canonical/constant-values.ts";
import type { GraphIndex } from "../onnx/graph-index.ts";
import { ElementType, type Node } from "../onnx/model.ts";
import type { ValueFacts } from "../onnx/shapes/facts.ts";
import { accumulate } from "./accumulate.ts";
import type { GraphBuilder, Ref } from "./graph-builder.ts";
import type { GraphWriter } from "./graph-writer.ts";
import { byParts } from "./part-of-node.ts";
import { type RuleTable, ruleFor, unsupported } from "./rule.ts";

/** From where to where. */
export interface Path {
  readonly index: GraphIndex;
  readonly facts: ReadonlyMap<string, ValueFacts>;
  /** The values at which something starts. */
  readonly seeds: ReadonlyMap<string, unknown>;
  readonly wanted: readonly string[];
  readonly rules: RuleTable;
}

export interface Walk extends Path {
  readonly writer: GraphWriter;
  /** What starts at which value of the graph. */
  readonly seeds: ReadonlyMap<string, Ref>;
}

/**
 * Emits nodes for what arrives at each wanted value; only nodes between seeds and wanted values are looked at.
 * @returns a value of the graph for each wanted one, of its shape.
 * @throws autodiff/unreachable where no seed depends on a wanted value.
 * @throws autodiff/no-rule, autodiff/unsupported, autodiff/unknown-shape
 */
export function walkBackward(walk: Walk): ReadonlyMap<string, Ref> {
  const flows = valuesBetween(walk);
  for (const tensor of walk.wanted) {
    if (!flows.has(tensor)) throw new XaiError("autodiff/unreachable", { tensor });
  }
  const arriving = new Map<string, Ref[]>();
  for (const [tensor, seed] of walk.seeds) arriving.set(tensor, [seed]);
  const { builder } = walk.writer;
  const atNode = nodeBuilder(walk, flows);
  const total = (name: string) =>
    accumulate(builder, name, arriving.get(name) ?? [], (sum) => cloned(name, sum, walk.rules, atNode));
  for (const node of [...walk.index.order].reverse()) {
    const isReached = node.outputs.some((output) => arriving.has(output));
    if (!isReached || !node.inputs.some((input) => flows.has(input))) continue;
    for (const [place, result] of propagated(node, walk, atNode, total).entries()) {
      const input = node.inputs[place]!;
      if (result === null || !flows.has(input)) continue;
      const list = arriving.get(input);
      if (list === undefined) arriving.set(input, [result]);
      else list.push(result);
    }
  }
  return new Map(walk.wanted.map((name) => [name, total(name) ?? zeros(builder, name)]));
}

/**
 * Looks for a rule for every node on the way, before any shape is asked for.
 * @throws autodiff/no-rule
 */
export function refuseWithoutRule(path: Path): void {
  const flows = valuesBetween(path);
  for (const node of path.index.order) {
    const isBetween = node.inputs.some((name) => flows.has(name));
    if (isBetween && node.outputs.some((name) => flows.has(name))) ruleFor(node, path.rules);
  }
}

/** What the node's rule makes of what arrived at its results. */
function propagated(
  node: Node,
  { rules }: Walk,
  atNode: GraphBuilder,
  total: (name: string) => Ref | null,
): readonly (Ref | null)[] {
  const [first, ...others] = node.outputs as readonly [string, ...string[]];
  const unasked = new Set(others.filter((output) => output !== "" && total(output) !== null));
  const builder: GraphBuilder = {
    ...atNode,
    upstreamOf(ref) {
      unasked.delete(ref);
      return total(ref);
    },
  };
  const results = byParts(ruleFor(node, rules), node, total(first) ?? zeros(builder, first), builder);
  if (unasked.size > 0) throw unsupported(node, `its result ${[...unasked].join(", ")} is used`);
  return results;
}

/** What all rules of a walk are given. */
function nodeBuilder({ index, writer }: Walk, flows: ReadonlySet<string>): GraphBuilder {
  const constants = constantValues(index);
  return {
    ...writer.builder,
    flowsTo: (ref) => flows.has(ref),
    upstreamOf: () => null,
    isConstant: (ref) => constants.has(ref) || writer.builder.numbers(ref) !== null,
    readersOf: (ref) =>
      (index.consumers.get(ref) ?? []).filter(({ outputs }) => outputs.some((output) => flows.has(output))),
  };
}

/** The sum of what several readers sent back to a value, by the table's rule for that. */
function cloned(value: string, sum: Ref, rules: RuleTable, atNode: GraphBuilder): Ref {
  const { Clone: rule } = rules;
  const clone = makeNode("Clone", [value], [value]);
  return rule === undefined ? sum : (byParts(rule, clone, sum, atNode)[0] ?? sum);
}

function zeros(builder: GraphWriter["builder"], like: string): Ref {
  return builder.zeros(builder.elementType(like), builder.dims(like));
}

/** Real numbers that depend on a wanted value and that a seeded one depends on, both ends included. */
function valuesBetween({ index, facts, seeds, wanted }: Path): ReadonlySet<string> {
  const isReal = (name: string) => name !== "" && !wholeTypes.has(facts.get(name)?.elementType ?? 0);
  const behind = new Set(seeds.keys());
  for (const node of [...index.order].reverse()) {
    if (!node.outputs.some((output) => behind.has(output))) continue;
    for (const input of node.inputs) if (isReal(input)) behind.add(input);
  }
  const between = new Set(wanted.filter((name) => behind.has(name)));
  for (const node of index.order) {
    if (!node.inputs.some((input) => between.has(input))) continue;
    for (const output of node.outputs) if (isReal(output) && behind.has(output)) between.add(output);
  }
  return between;
}

/** Nothing can be carried through integers and booleans. */
const wholeTypes: ReadonlySet<number> = new Set([
  ElementType.bool,
  ElementType.uint8,
  ElementType.int8,
  ElementType.uint16,
  ElementType.int16,
  ElementType.int32,
  ElementType.int64,
  ElementType.uint32,
  ElementType.uint64,
  ElementType.string,
]);
