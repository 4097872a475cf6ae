// Tells whether a file is the one that was meant, without keeping the file.
import { toHex } from "../core/hash/hex.ts";
import { sha256 } from "../core/hash/sha256.ts";

/** SHA-256 in lower-case hex, by the browser where it offers it: pages without encryption get none. */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  return toHex(subtle === undefined ? sha256(bytes) : new Uint8Array(await subtle.digest("SHA-256", bytes)));
}

/** SHA-256 of a file in lower-case hex. */
export async function fingerprintOf(file: Blob): Promise<string> {
  return digestOf(new Uint8Array(await file.arrayBuffer()));
}
