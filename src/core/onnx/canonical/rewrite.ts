// What a rewriting rule is: a function that looks at one node and may write others in its place.
import type { AttributeInput } from "../build.ts";
import type { Node, Tensor } from "../model.ts";
import type { GraphView } from "./graph-view.ts";

/**
 * Values keep their meaning under their names: whatever a rule writes under a name equals what the node wrote.
 * Nodes that only fed the replaced one need not be touched; they die of having no readers.
 * @returns whether `emit` now writes every result of `node` that is read; else all it wrote is forgotten.
 */
export type Rewrite = (node: Node, view: GraphView, emit: Emitter) => boolean;

/** Rules by operator; those of com.microsoft under `com.microsoft.<operator>`. */
export type RewriteTable = Readonly<Record<string, readonly Rewrite[]>>;

/** Rules that look at every operator. */
export const everyOperator = "*";

/** Rules of earlier tables come first. */
export function joinedTables(tables: readonly RewriteTable[]): RewriteTable {
  const operators = new Set(tables.flatMap((table) => Object.keys(table)));
  return Object.fromEntries(
    Array.from(operators, (operator) => [operator, tables.flatMap((table) => table[operator] ?? [])]),
  );
}

/** Takes down the nodes and constants that replace one node. */
export interface Emitter {
  /**
   * Adds a standard node with one result.
   * @param output the name to write to, where that is given; else a new one is found.
   * @returns the name of the result.
   */
  node(
    opType: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeInput>>,
    output?: string,
  ): string;
  /** Adds a Split along `axis` into parts of these sizes, which are written to `outputs`. */
  split(input: string, sizes: readonly number[], axis: number, outputs: readonly string[]): void;
  /** Adds a node as it is. */
  raw(node: Node): void;
  /** Adds an initializer as it is. */
  tensor(tensor: Tensor): void;
  /**
   * Adds an initializer.
   * @param elementType see `ElementType`.
   * @returns its name.
   */
  constant(elementType: number, dims: readonly number[], values: readonly number[]): string;
  /** The same with values told by their place, row-major. */
  filled(elementType: number, dims: readonly number[], valueAt: (place: number) => number): string;
  /** A list of int64, as shapes and axes are. */
  ints(values: readonly number[]): string;
  /** A single int64 without axes, as Gather takes it. */
  index(value: number): string;
  /** A new name like that of the replaced node's result. */
  freshName(hint: string): string;
}
