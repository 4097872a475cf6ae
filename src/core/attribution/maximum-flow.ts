// How much can flow from a source through ranks of nodes to a sink, where neighbouring ranks are fully connected.

/** Pipes between ranks of N nodes each; the source comes before the first rank, the sink after the last. */
export interface RankedPipes {
  /** From the source to the first rank, `[N]`, >= 0. */
  readonly source: Float64Array;
  /** From each rank to the next, `[N,N]` each, row: from, column: to, >= 0. */
  readonly between: readonly Float64Array[];
}

/** What pipes have left: forwards what is not used, backwards what is and can be taken back. */
interface Residual {
  readonly tokens: number;
  readonly source: Float64Array;
  readonly forward: readonly Float64Array[];
  readonly backward: readonly Float64Array[];
  readonly sink: Float64Array;
  /** Steps of each node `rank * N + place` to the sink along pipes with something left; -1 where there is no way. */
  readonly distances: Int32Array;
  /** The neighbour that each node tries next: those before it lead nowhere any more. */
  readonly next: Int32Array;
  readonly queue: Int32Array;
}

/**
 * Prepares to solve for many sinks.
 * @returns a function from the pipes of the last rank to a sink, `[N]`, >= 0, to the largest flow into that sink.
 * @see Dinitz 1970: flows along shortest paths until they are blocked, until no path is left.
 */
export function flowThrough({ source, between }: RankedPipes): (sink: Float64Array) => number {
  const tokens = source.length;
  const nodes = (between.length + 1) * tokens;
  const residual: Residual = {
    tokens,
    source: new Float64Array(tokens),
    forward: between.map(() => new Float64Array(tokens * tokens)),
    backward: between.map(() => new Float64Array(tokens * tokens)),
    sink: new Float64Array(tokens),
    distances: new Int32Array(nodes),
    next: new Int32Array(nodes),
    queue: new Int32Array(nodes),
  };
  return (sink) => {
    residual.source.set(source);
    residual.sink.set(sink);
    for (const [rank, pipes] of between.entries()) residual.forward[rank].set(pipes);
    for (const pipes of residual.backward) pipes.fill(0);
    let flow = 0;
    for (;;) {
      measureDistances(residual);
      const added = pushFromSource(residual);
      if (added === 0) return flow;
      flow += added;
    }
  };
}

/** From the sink back to all nodes that something can still flow from. */
function measureDistances({ tokens, forward, backward, sink, distances, queue }: Residual): void {
  let end = 0;
  distances.fill(-1);
  const reach = (node: number, distance: number) => {
    if (distances[node] !== -1) return;
    distances[node] = distance;
    queue[end++] = node;
  };
  for (let i = 0; i < tokens; i++) if (sink[i] > 0) reach(forward.length * tokens + i, 1);
  for (let begin = 0; begin < end; begin++) {
    const node = queue[begin];
    const rank = Math.floor(node / tokens);
    const place = node - rank * tokens;
    for (let i = 0; rank > 0 && i < tokens; i++)
      if (forward[rank - 1][i * tokens + place] > 0) reach(node - tokens - place + i, distances[node] + 1);
    for (let i = 0; rank < forward.length && i < tokens; i++)
      if (backward[rank][place * tokens + i] > 0) reach(node + tokens - place + i, distances[node] + 1);
  }
}

function pushFromSource(residual: Residual): number {
  const { tokens, source, next, distances } = residual;
  next.fill(0);
  let total = 0;
  for (let i = 0; i < tokens; i++) {
    if (distances[i] === -1 || source[i] === 0) continue;
    const pushed = pushFrom(residual, i, source[i]);
    source[i] -= pushed;
    total += pushed;
  }
  return total;
}

/** Sends up to `limit` from a node to the sink, only along ways that come nearer to it; returns how much arrived. */
function pushFrom(residual: Residual, node: number, limit: number): number {
  const { tokens, forward, backward, sink, distances, next } = residual;
  const rank = Math.floor(node / tokens);
  const place = node - rank * tokens;
  if (distances[node] === 1) {
    const drained = Math.min(limit, sink[place]);
    sink[place] -= drained;
    return drained;
  }
  let left = limit;
  // Neighbours 0..N-1 are those of the next rank, N..2N-1 those before, whose flow to this node is taken back.
  for (; next[node] < 2 * tokens; next[node]++) {
    const isAhead = next[node] < tokens;
    const other = isAhead ? next[node] : next[node] - tokens;
    const target = node - place + other + (isAhead ? tokens : -tokens);
    if (target < 0 || distances[target] !== distances[node] - 1) continue;
    const pipe = isAhead ? place * tokens + other : other * tokens + place;
    const from = isAhead ? forward[rank] : backward[rank - 1];
    const back = isAhead ? backward[rank] : forward[rank - 1];
    if (from[pipe] === 0) continue;
    const pushed = pushFrom(residual, target, Math.min(left, from[pipe]));
    from[pipe] -= pushed;
    back[pipe] += pushed;
    left -= pushed;
    if (left === 0) break;
  }
  return limit - left;
}
