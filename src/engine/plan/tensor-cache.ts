// Keeps tensors up to a number of bytes; those used last stay.

export interface TensorCache<Value> {
  has(key: string): boolean;
  /** Counts as a use. */
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  /** Drops what was not used for longest until the rest fits, but none of `needed`. */
  trim(needed: ReadonlySet<string>): void;
}

/** Maps of about ten classes of a ViT-B. */
const mostBytes = 256e6;

export function createTensorCache<Value>(limit = mostBytes): TensorCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly bytes: number }>();
  let total = 0;

  function drop(key: string): void {
    total -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  return {
    has: (key) => entries.has(key),
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value) {
      drop(key);
      const bytes = bytesOf(value);
      entries.set(key, { value, bytes });
      total += bytes;
    },
    trim(needed) {
      for (const key of [...entries.keys()]) {
        if (total <= limit) return;
        if (!needed.has(key)) drop(key);
      }
    },
  };
}

/** Of all typed arrays in a plain value. */
function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + bytesOf(part), 0);
}
