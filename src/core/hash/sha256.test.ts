// The TypeScript SHA-256 against the standard's examples and against Node's.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { sha256 } from "./sha256.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

it.each([
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
])("gives the published digest of %j", (text, digest) => {
  expect(hex(sha256(new TextEncoder().encode(text)))).toBe(digest);
});

it("agrees with Node at every length around the block size, and on a view into a larger buffer", () => {
  const buffer = Uint8Array.from({ length: 300 }, (_, index) => (index * 89) & 255);
  for (let length = 0; length <= 260; length++) {
    const view = buffer.subarray(7, 7 + length);
    expect(hex(sha256(view))).toBe(createHash("sha256").update(view).digest("hex"));
  }
});

it("agrees with Node on any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      expect(hex(sha256(bytes))).toBe(createHash("sha256").update(bytes).digest("hex"));
    }),
  );
});
