// Finds what of a result can be handed over to the other side instead of being copied.

/**
 * The buffers and bitmaps inside a plain value, each once. Handing them over empties them on this side, so whoever
 * returns a value must not go on using its buffers. Shared memory is left out, as it cannot be handed over.
 */
export function transferablesOf(value: unknown): Transferable[] {
  const found = new Set<Transferable>();
  collect(value, found);
  return [...found];
}

function collect(value: unknown, found: Set<Transferable>): void {
  if (typeof value !== "object" || value === null) return;
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
    return;
  }
  if (value instanceof ArrayBuffer || isBitmap(value)) {
    found.add(value);
    return;
  }
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) return;
  for (const part of Object.values(value)) collect(part, found);
}

function isBitmap(value: object): value is ImageBitmap {
  return typeof ImageBitmap !== "undefined" && value instanceof ImageBitmap;
}
