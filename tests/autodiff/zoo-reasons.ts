// Why a file shows no attention, told from the shapes that PyTorch's attention has.
import type { ZooEntry } from "../support/zoo.ts";

/** What the sentence must say. */
export function expectedReason({ reference_attentions: shapes = [] }: ZooEntry): RegExp {
  if (shapes.length === 0) return /no attention|attention/;
  const windows = shapes.find(([batch], _, { length }) => length > 0 && batch !== 1);
  const cut = shapes.find(({ length }) => length === 5);
  if (cut) return /windows of \d+ tokens each|pooled keys/;
  const isLine = shapes.every(({ length }) => length === 4);
  if (isLine && windows) return new RegExp(`inside ${windows[0]} windows of ${windows[3]} tokens each$`);
  const pooled = shapes.find(([, , queries, keys]) => queries !== keys && queries !== 1);
  if (isLine && pooled) return new RegExp(`^${pooled[2]} queries look at ${pooled[3]} pooled keys$`);
  const counts = new Set(shapes.filter(([, , queries]) => queries !== 1).map((shape) => shape.at(-1)));
  if (isLine && counts.size > 1) return /number of tokens changes|channels|mixed between heads/;
  return /attention/;
}
