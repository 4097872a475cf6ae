// What is taken for a page, for a pointer and for a model.
import { describe, expect, it } from "vitest";
import { hexDigest, someBytes } from "../../../tests/support/fake-platform.ts";
import { isXaiError } from "../../core/errors.ts";
import { refuseWrongKind, verifyFile } from "./verify.ts";

const url = "https://hub.example/model.onnx";

function codeFor(bytes: Uint8Array): string | undefined {
  try {
    refuseWrongKind(bytes, url);
  } catch (error) {
    return isXaiError(error) ? error.code : String(error);
  }
  return undefined;
}

const encode = (text: string) => new TextEncoder().encode(text);

describe("refuseWrongKind", () => {
  it.each([
    "<!doctype html>",
    "<html>",
    "\r\n\t <!DOCTYPE HTML>",
    "\uFEFF<html lang=en>",
    "<Error><Code>AccessDenied",
    '\n<?xml version="1.0"?>',
    " <!-- moved -->",
  ])("takes %j for a page", (text) => {
    expect(codeFor(encode(text))).toBe("model/html-page");
  });

  it("takes the start of a git-LFS pointer for one", () => {
    expect(codeFor(encode("version https://git-lfs.github.com/spec/v1\noid sha256:ab"))).toBe(
      "onnx/git-lfs-pointer",
    );
  });

  it("lets an ONNX file pass", () => {
    expect(codeFor(Uint8Array.of(0x08, 0x07, 0x12, 0x07, ...encode("pytorch")))).toBeUndefined();
  });

  it("lets a Caffe2 network pass whose name has 60 letters, so that it starts with a line feed and <", () => {
    expect(codeFor(Uint8Array.of(0x0a, 60, ...encode("m".repeat(60)), 0x12, 0x00))).toBeUndefined();
  });

  it("lets no bytes pass: that they are too few is another finding", () => {
    expect(codeFor(new Uint8Array(0))).toBeUndefined();
  });
});

describe("verifyFile", () => {
  const bytes = someBytes(500);
  const sha256 = hexDigest(bytes);

  it.each([{}, { bytes: 500 }, { sha256 }, { bytes: 500, sha256 }])(
    "gives the digest when %j is promised",
    async (promised) => {
      expect(await verifyFile(bytes, { url, ...promised }, { crypto: globalThis.crypto })).toBe(sha256);
    },
  );

  it("refuses another size", async () => {
    await expect(verifyFile(bytes, { url, bytes: 499 }, { crypto: globalThis.crypto })).rejects.toMatchObject(
      {
        code: "model/size-mismatch",
        details: { url, expectedBytes: 499, actualBytes: 500 },
      },
    );
  });

  it("refuses another content", async () => {
    const expected = "0".repeat(64);
    await expect(verifyFile(bytes, { url, sha256: expected }, { crypto: undefined })).rejects.toMatchObject({
      code: "model/hash-mismatch",
      details: { url, expected, actual: sha256 },
    });
  });
});
