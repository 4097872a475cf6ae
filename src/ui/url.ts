// The whole view as the part of the address after `#`, and back. Nothing of it is ever sent to a server.
import type { FramingChoice } from "../bridge/contract.ts";
import { methodFacts } from "./method-options.ts";
import type { ViewSettings } from "./state/app-state.ts";
import type { Selection } from "./state/selection.ts";
import { isOptionKey, readOptions, writeOptions } from "./url/option-codec.ts";
import { settingCodecs } from "./url/setting-codecs.ts";
import {
  type Parts,
  readModel,
  readPart,
  readPicture,
  readTargets,
  type WrittenPart,
  writeModel,
  writePicture,
  writeTargets,
} from "./url/subject-codec.ts";
import { indices, integerWithin, oneOf } from "./url/values.ts";
import { defaultLinkedView, type View } from "./url/view.ts";

/** Raised when an old link would be misread; keys that are added need no new one. */
export const linkVersion = 1;

export interface DecodedView {
  readonly view: View;
  /** Keys whose parts this version does not understand; what they are about is as without a link. */
  readonly unread: readonly string[];
  /** Whether the link was made by a version that says things in another way. */
  readonly isNewer: boolean;
}

/** The fragment without `#`: `v=1&sample=taxi&method=legrad`. What is as the page opens is left out. */
export function encodeView(view: View): string {
  const { selection, framing, settings, instances } = view;
  const { method, options } = selection;
  const parts: WrittenPart[] = [["v", String(linkVersion)], ...writeModel(view.model)];
  if (method !== defaultLinkedView.selection.method) parts.push(["method", method]);
  parts.push(...writeOptions(method, options[method]), ...writeTargets(selection));
  if (framing !== defaultLinkedView.framing) parts.push(["framing", framing]);
  for (const [name, { key, write }] of settingCodecs)
    if (settings[name] !== defaultLinkedView.settings[name]) parts.push([key, write(settings[name])]);
  if (instances !== null) parts.push(["objects", indices.write(instances)]);
  // Last, as it can be long.
  parts.push(...writePicture(view.picture));
  return parts.map(([key, text]) => `${key}=${escapePart(text)}`).join("&");
}

/**
 * Whatever of the view can be read from a fragment, and the rest as the page opens. Never throws.
 * @param fragment with or without `#`.
 * @returns `null` where the fragment is empty, or is not from here.
 */
export function decodeView(fragment: string): DecodedView | null {
  const given = new Map(new URLSearchParams(fragment.replace(/^#/, "")));
  const version = integerWithin(1, 1e6).read(given.get("v") ?? "");
  if (version === null) return null;
  const unread: string[] = [];
  const left = new Set(given.keys());
  const parts: Parts = {
    take(key) {
      left.delete(key);
      return given.get(key) ?? null;
    },
    refuse(key) {
      unread.push(key);
      return null;
    },
  };
  parts.take("v");
  const view: View = {
    picture: readPicture(parts),
    model: readModel(parts),
    selection: readSelection(parts, given),
    framing:
      readPart(parts, "framing", oneOf<FramingChoice>(["crop", "squash", "vit-explain"]).read) ??
      defaultLinkedView.framing,
    settings: readSettings(parts),
    instances: readPart(parts, "objects", indices.read),
  };
  const unknown = [...left].filter((key) => !isOptionKey(key));
  return { view, unread: [...unread, ...unknown], isNewer: version > linkVersion };
}

function readSelection(parts: Parts, given: ReadonlyMap<string, string>): Selection {
  const { selection } = defaultLinkedView;
  const findMethod = (text: string) => methodFacts.find(({ id }) => id === text)?.id ?? null;
  const named = given.has("method");
  const known = readPart(parts, "method", findMethod);
  const method = known ?? selection.method;
  // The options of a method that is not known are not those of another.
  const changed = named && known === null ? null : readOptions(method, given, parts.refuse);
  return {
    ...selection,
    method,
    options: changed === null ? {} : { [method]: changed },
    ...readTargets(parts),
  };
}

function readSettings(parts: Parts): ViewSettings {
  const changed = settingCodecs.flatMap(([name, { key, read }]) => {
    const value = readPart(parts, key, read);
    return value === null ? [] : [[name, value]];
  });
  return { ...defaultLinkedView.settings, ...Object.fromEntries(changed) };
}

/** Escapes what an address cannot hold, and leaves commas and the like readable. */
function escapePart(text: string): string {
  return new URLSearchParams({ "": text })
    .toString()
    .slice(1)
    .replaceAll("+", "%20")
    .replace(/%2C|%3A|%2F|%40/g, decodeURIComponent);
}
