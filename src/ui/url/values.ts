// Single values as text and back: what cannot be read is `null`, never an error.

/** One value as it stands in a link. */
export interface ValueCodec<Value> {
  readonly write: (value: Value) => string;
  readonly read: (text: string) => Value | null;
}

/** One of a few words. */
export function oneOf<const Value extends string>(choices: readonly Value[]): ValueCodec<Value> {
  return {
    write: (value) => value,
    read: (text) => choices.find((choice) => choice === text) ?? null,
  };
}

export const onOff: ValueCodec<boolean> = {
  write: (value) => (value ? "on" : "off"),
  read: (text) => (text === "on" ? true : text === "off" ? false : null),
};

/** A number within limits, both included. */
export function numberWithin(minimum: number, maximum: number): ValueCodec<number> {
  return {
    write: String,
    read(text) {
      const value = Number(text);
      // Number("") is 0, and Number("0x10") is 16: neither was ever written.
      const isPlain = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text);
      return isPlain && value >= minimum && value <= maximum ? value + 0 : null;
    },
  };
}

export function integerWithin(minimum: number, maximum: number): ValueCodec<number> {
  const plain = numberWithin(minimum, maximum);
  return {
    write: plain.write,
    read(text) {
      const value = plain.read(text);
      return Number.isInteger(value) ? value : null;
    },
  };
}

/** No model has more layers, heads, classes or objects than this. */
const most = 1_000_000;
/** More entries than this no list has. */
const longest = 4096;

/** An index that a model or picture may or may not have: that is checked where it is known. */
export const index: ValueCodec<number> = integerWithin(0, most);

/** Ascending indices without repeats, `0,3,12`; "" for none. */
export const indices: ValueCodec<readonly number[]> = {
  write: (value) => value.join(","),
  read(text) {
    if (text === "") return [];
    const parts = text.split(",");
    if (parts.length > longest) return null;
    const values = parts.map(index.read);
    const isAscending = values.every(
      (value, place) => value !== null && (place === 0 || value > (values[place - 1] ?? most)),
    );
    return isAscending ? (values as number[]) : null;
  },
};

/** SHA-256 in lower-case hex. */
export const digest: ValueCodec<string> = {
  write: (value) => value,
  read: (text) => (/^[0-9a-f]{64}$/.test(text) ? text : null),
};

/** A name for people, of sensible length. */
export const title: ValueCodec<string> = {
  write: (value) => value,
  read: (text) => (text !== "" && text.length <= 400 ? text : null),
};
