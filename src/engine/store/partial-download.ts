// What has arrived of a file so far, and how it outlives a cancelled or broken download.
import type { FileCache } from "./file-cache.ts";

/** Grows while a download runs. */
export interface PartialDownload {
  chunks: Uint8Array<ArrayBuffer>[];
  /** Bytes in `chunks`. */
  received: number;
  /** Strong entity tag of what the bytes are part of, if the server gave one. */
  etag: string | undefined;
  /** Size of the whole file as the server told it. */
  total: number | undefined;
}

/** What an earlier download left behind under `key`, or an empty one. */
export async function readPartial(key: string, cache: FileCache): Promise<PartialDownload> {
  const partial = emptyPartial();
  const entry = await cache.read(key);
  if (!entry) return partial;
  append(partial, entry.bytes);
  partial.etag = entry.facts.etag;
  partial.total = entry.facts.total === undefined ? undefined : Number(entry.facts.total);
  return partial;
}

/** Keeps the bytes for a later download; forgets what was kept when there are none. */
export async function savePartial(key: string, partial: PartialDownload, cache: FileCache): Promise<void> {
  if (partial.received === 0) return cache.remove(key);
  const facts: Record<string, string> = {};
  if (partial.etag !== undefined) facts.etag = partial.etag;
  if (partial.total !== undefined) facts.total = String(partial.total);
  await cache.write(key, { bytes: joined(partial), facts });
}

export function emptyPartial(): PartialDownload {
  return { chunks: [], received: 0, etag: undefined, total: undefined };
}

/** Forgets all bytes: the file has to be read from its start. */
export function restart(partial: PartialDownload): void {
  Object.assign(partial, emptyPartial());
}

export function append(partial: PartialDownload, chunk: Uint8Array<ArrayBuffer>): void {
  partial.chunks.push(chunk);
  partial.received += chunk.length;
}

/** The first bytes that have arrived, at most `limit`. */
export function firstBytes(partial: PartialDownload, limit: number): Uint8Array<ArrayBuffer> {
  const needed: Uint8Array<ArrayBuffer>[] = [];
  for (let index = 0, length = 0; index < partial.chunks.length && length < limit; index++) {
    needed.push(partial.chunks[index]);
    length += partial.chunks[index].length;
  }
  return concatenate(needed).subarray(0, limit);
}

/** All bytes in one piece. */
export function joined(partial: PartialDownload): Uint8Array<ArrayBuffer> {
  return concatenate(partial.chunks);
}

function concatenate(chunks: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
