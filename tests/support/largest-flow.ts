// The largest flow through any graph, the slow and plain way.

/**
 * Along the widest path each time, until none is wider than rounding.
 * @param pipes from row to column; the last node is the source.
 * @see Ford & Fulkerson 1956; Edmonds & Karp 1972
 */
export function largestFlow(pipes: readonly (readonly number[])[], sink: number): number {
  const left = pipes.map((row) => [...row]);
  const source = left.length - 1;
  for (let flow = 0; ; ) {
    const width = new Array<number>(left.length).fill(0);
    const from = new Array<number>(left.length).fill(-1);
    const open = new Set(left.keys());
    width[source] = Number.POSITIVE_INFINITY;
    while (open.size > 0) {
      const node = [...open].reduce((best, each) => (width[each] > width[best] ? each : best));
      open.delete(node);
      for (const other of open) {
        const reached = Math.min(width[node], left[node][other]);
        if (reached > width[other]) [width[other], from[other]] = [reached, node];
      }
    }
    if (width[sink] < 1e-15) return flow;
    flow += width[sink];
    for (let node = sink; node !== source; node = from[node]) {
      left[from[node]][node] -= width[sink];
      left[node][from[node]] += width[sink];
    }
  }
}
