// Refuses bytes that are not the file that was asked for.
import { XaiError } from "../../core/errors.ts";
import { sha256 } from "../../core/hash/sha256.ts";
import type { StoreContext } from "./store-context.ts";

/** What is known about a file before it is fetched. */
export interface Promised {
  readonly url: string;
  readonly bytes?: number | undefined;
  /** Lower-case hex. */
  readonly sha256?: string | undefined;
}

/** How many of a file's first bytes `refuseWrongKind` looks at. */
export const sniffedBytes = 512;

const lfsPointer = "version https://git-lfs.github.com/spec/";
// Not simply "white space, then <": a Caffe2 file starts with a line feed and the length of a name, which may be 0x3c.
const htmlPage = /^\uFEFF?\s*<(!doctype|html|head|body|\?xml|!--)/i;

/**
 * Tells pages and pointers from model files by their first bytes.
 * @throws model/html-page, onnx/git-lfs-pointer
 */
export function refuseWrongKind(firstBytes: Uint8Array, url: string): void {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(firstBytes.subarray(0, sniffedBytes));
  if (text.startsWith("<") || htmlPage.test(text)) throw new XaiError("model/html-page", { url });
  if (text.startsWith(lfsPointer)) throw new XaiError("onnx/git-lfs-pointer", {});
}

/**
 * Compares a whole file with what was promised.
 * @returns its SHA-256 in lower-case hex.
 * @throws model/size-mismatch, model/hash-mismatch
 */
export async function verifyFile(
  bytes: Uint8Array<ArrayBuffer>,
  promised: Promised,
  context: Pick<StoreContext, "crypto">,
): Promise<string> {
  const { url } = promised;
  if (promised.bytes !== undefined && bytes.length !== promised.bytes)
    throw new XaiError("model/size-mismatch", {
      url,
      expectedBytes: promised.bytes,
      actualBytes: bytes.length,
    });
  const actual = await digestHex(bytes, context);
  if (promised.sha256 !== undefined && actual !== promised.sha256)
    throw new XaiError("model/hash-mismatch", { url, expected: promised.sha256, actual });
  return actual;
}

/** SHA-256 in lower-case hex, by Web Crypto where there is one. */
export async function digestHex(
  bytes: Uint8Array<ArrayBuffer>,
  context: Pick<StoreContext, "crypto">,
): Promise<string> {
  const subtle = context.crypto?.subtle;
  const digest = subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : sha256(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
