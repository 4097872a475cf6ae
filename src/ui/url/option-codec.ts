// The options of a method in a link, read by the method's own specs: a new method or option needs nothing here.
import type { OptionSpec } from "../../core/attribution/method.ts";
import type { MethodId } from "../../core/attribution/registry.ts";
import { sameOptionValue, specsOf } from "../method-options.ts";
import type { Options, OptionValue } from "../state/selection.ts";
import { index, indices, integerWithin, numberWithin, oneOf, type ValueCodec } from "./values.ts";

/** Before an option's name, so that no option can be taken for another part of the link. */
const prefix = "o.";

/** The options that differ from what the method's author chose, by their keys in a link. */
export function writeOptions(method: MethodId, options: Options | undefined): [key: string, text: string][] {
  return Object.entries(specsOf(method)).flatMap(([name, spec]): [string, string][] => {
    const value = options?.[name];
    if (value === undefined || sameOptionValue(value, spec.initial)) return [];
    return [[prefix + name, codecOf(spec).write(value)]];
  });
}

/**
 * Options by name from the parts of a link, those of their author's choice left out.
 * @param onUnread is told the key of each part that names no option, or no value that it can have.
 */
export function readOptions(
  method: MethodId,
  parts: Iterable<readonly [key: string, text: string]>,
  onUnread: (key: string) => void,
): Options | null {
  const specs = specsOf(method);
  const options: Record<string, OptionValue> = {};
  for (const [key, text] of parts) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    const value = spec === undefined ? null : codecOf(spec).read(text);
    if (value === null) onUnread(key);
    else if (!sameOptionValue(value, spec?.initial)) options[name] = value;
  }
  return Object.keys(options).length === 0 ? null : options;
}

/** Whether a part of a link is about an option. */
export function isOptionKey(key: string): boolean {
  return key.startsWith(prefix);
}

/** The compiler cannot see that a spec's codec fits its values. */
function codecOf(spec: OptionSpec): ValueCodec<OptionValue> {
  return codecFor(spec) as ValueCodec<OptionValue>;
}

function codecFor(spec: OptionSpec) {
  switch (spec.kind) {
    case "choice":
      return oneOf(spec.choices.map(({ value }) => value));
    case "range":
      return numberWithin(spec.minimum, spec.maximum);
    case "head":
      return integerWithin(-1, 1000);
    case "layer":
    case "feature-layer":
      return index;
    case "heads-off":
      return indices;
  }
}
