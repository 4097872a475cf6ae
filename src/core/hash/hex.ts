// Bytes as people compare them: two hexadecimal digits each.

/** `0a1b…`, lower case. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
