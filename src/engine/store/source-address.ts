// Where a source of a file is on the network, and whether it offers the file at all.
import type { FileSource } from "../../core/models/descriptor.ts";
import { type StoreContext, throwIfCancelled } from "./store-context.ts";

/** The address to fetch, or one phrase on why there is none. */
export type SourceAddress = { readonly url: string } | { readonly notOffered: string };

/** Finds the address. A mirror says in its index what it has, so that a missing file costs no failing request. */
export async function sourceAddress(source: FileSource, context: StoreContext): Promise<SourceAddress> {
  switch (source.kind) {
    case "built-in":
      return { url: below("models/", source.location, context) };
    case "hub":
      return { url: source.location };
    case "mirror": {
      const offered = await mirrorFiles(context);
      if (offered.size === 0) return { notOffered: "no mirror is served" };
      const bytes = offered.get(source.location);
      if (bytes === undefined) return { notOffered: `${source.location} is not in the mirror` };
      if (source.bytes !== undefined && bytes !== source.bytes)
        return { notOffered: `${source.location} has ${bytes} bytes instead of ${source.bytes}` };
      return { url: below("models-mirror/", source.location, context) };
    }
  }
}

/** Path and size of every file of the mirror; none when nobody serves one. */
async function mirrorFiles(context: StoreContext): Promise<ReadonlyMap<string, number>> {
  throwIfCancelled(context);
  try {
    const url = new URL("models-mirror/index.json", context.baseUrl).href;
    const reply = await context.fetch(url, { signal: context.signal, cache: "no-store" });
    return reply.ok ? readIndex(await reply.json()) : new Map();
  } catch {
    // Servers without a mirror answer with a page, with an error or not at all: all mean the same.
    throwIfCancelled(context);
    return new Map();
  }
}

function readIndex(index: unknown): ReadonlyMap<string, number> {
  const files = (index as { readonly files?: unknown } | null)?.files;
  if (!Array.isArray(files)) return new Map();
  const entries = files as readonly { readonly path?: unknown; readonly bytes?: unknown }[];
  return new Map(
    entries.flatMap(({ path, bytes }) =>
      typeof path === "string" && typeof bytes === "number" ? [[path, bytes] as const] : [],
    ),
  );
}

function below(folder: string, location: string, context: StoreContext): string {
  const path = location.split("/").map(encodeURIComponent).join("/");
  return new URL(folder + path, context.baseUrl).href;
}
