// Finds the nodes that everything must pass on its way through a graph: where a network is one single strand.
import { type GraphIndex, valuesRead } from "./graph-index.ts";
import type { Node } from "./model.ts";

interface Place {
  /** null: the sources themselves. */
  readonly node: Node | null;
  /** The last place that every way to this one passes. */
  readonly before: Place | null;
  readonly depth: number;
}

/**
 * The dominators of a value among the nodes that `flowing` runs through.
 * @param flowing values that carry what is followed: sources, and all that is computed from them.
 * @returns in execution order, the producer of `target` last; empty where `target` is no result of a node.
 */
export function unavoidableNodes(
  index: GraphIndex,
  flowing: ReadonlySet<string>,
  target: string,
): readonly Node[] {
  const sources: Place = { node: null, before: null, depth: 0 };
  const places = new Map<Node, Place>();
  for (const node of index.order) {
    const read = valuesRead(node).filter((name) => flowing.has(name));
    if (read.length === 0 || !node.outputs.some((name) => flowing.has(name))) continue;
    const before = read
      .map((name) => placeOf(index.producers.get(name), places) ?? sources)
      .reduce(lastShared);
    places.set(node, { node, before, depth: before.depth + 1 });
  }
  const strand: Node[] = [];
  const end = placeOf(index.producers.get(target), places);
  for (let place = end; place?.node; place = place.before) strand.push(place.node);
  return strand.reverse();
}

function placeOf(node: Node | undefined, places: ReadonlyMap<Node, Place>): Place | null {
  return node === undefined ? null : (places.get(node) ?? null);
}

function lastShared(first: Place, second: Place): Place {
  let [a, b] = [first, second];
  while (a !== b) {
    if (a.depth >= b.depth) a = a.before!;
    else b = b.before!;
  }
  return a;
}
