// Every error has sentences a person can read, filled with its facts and free of codes.
import { describe, expect, it } from "vitest";
import { type ErrorCode, type ErrorDetails, XaiError } from "../core/errors.ts";
import { describeError } from "./describe-error.ts";

/** One example a code; a new code without one does not compile. */
const examples: { readonly [Code in ErrorCode]: ErrorDetails[Code] } = {
  "image/empty": {},
  "image/unknown-type": { firstBytes: "00 01" },
  "image/unsupported-type": { type: "HEIC" },
  "image/truncated": { type: "JPEG" },
  "image/too-large": { width: 20_000, height: 20_000, limitMegapixels: 100 },
  "image/decode-failed": { type: "PNG", reason: "bad chunk" },
  "onnx/truncated": { reason: "r" },
  "onnx/not-onnx": { reason: "r" },
  "onnx/git-lfs-pointer": {},
  "onnx/html-page": {},
  "onnx/missing-external-data": { location: "weights.bin" },
  "onnx/unsupported-opset": { domain: "", version: 99 },
  "caffe2/malformed": { reason: "r" },
  "caffe2/unsupported-operator": { operator: "Foo" },
  "anatomy/no-attention": { reason: "no softmax." },
  "anatomy/no-feature-map": { reason: "rows and columns are mixed at once" },
  "anatomy/no-stream": { reason: "its blocks do not add to one stream" },
  "anatomy/quantised": { operators: ["QuantizeLinear"] },
  "anatomy/unsupported-input": { reason: "two inputs" },
  "autodiff/no-rule": { operator: "Foo", node: "/blocks.0/Foo" },
  "autodiff/unsupported": { operator: "Pad", node: "/Pad", reason: "it pads by wrap." },
  "autodiff/unknown-shape": { tensor: "scores" },
  "autodiff/unreachable": { tensor: "attention" },
  "attribution/empty-map": { reason: "r" },
  "attribution/bad-option": { option: "discardRatio", reason: "2 is not in 0..1" },
  "attribution/too-large": { layers: 12, tokens: 785, limit: 1_000_000 },
  "session/not-a-session": { reason: "it is not a ZIP file" },
  "session/damaged": { part: "picture/cat.png", reason: "its SHA-256 is another" },
  "session/newer": { version: 2, supported: 1 },
  "session/too-large": { bytes: 900_000_000, limitBytes: 256_000_000 },
  "export/failed": { reason: "the browser gave no picture." },
  "vector/unreadable": { reason: "it holds text" },
  "vector/wrong-length": { expected: 512, actual: 768 },
  "metrics/no-foreground": {},
  "model/unavailable": {
    model: "DeiT-Tiny",
    tried: ["the mirror is empty.", "https://hub.example/a/b.onnx is down."],
  },
  "model/unreachable": { url: "https://hub.example/a/b.onnx", reason: "r" },
  "model/http-status": { url: "https://hub.example/a/b.onnx", status: 503 },
  "model/html-page": { url: "https://hub.example/a/b.onnx" },
  "model/truncated": { url: "u", expectedBytes: 23_054_588, actualBytes: 1_000_000 },
  "model/size-mismatch": { url: "u", expectedBytes: 23_054_588, actualBytes: 1_000_000 },
  "model/hash-mismatch": { url: "https://hub.example/a/b.onnx", expected: "00", actual: "11" },
  "engine/runtime-failed": { backend: "WebGPU", reason: "r" },
  "engine/webgpu-unavailable": { reason: "r" },
  "engine/session-failed": { model: "DeiT-Tiny", reason: "r" },
  "engine/run-failed": { model: "DeiT-Tiny", reason: "r" },
  "engine/device-lost": { reason: "r" },
  "engine/worker-crashed": { reason: "r" },
  "engine/hung": { seconds: 120 },
  "engine/no-result": { what: "picture" },
  "job/cancelled": {},
  "internal/unexpected": { reason: "TypeError: x is undefined" },
};

const codes = Object.keys(examples) as ErrorCode[];
const written = (code: ErrorCode) => describeError(new XaiError(code, examples[code] as never));

describe.each(codes)("%s", (code) => {
  it("reads as sentences, with every place filled and no code in it", () => {
    const { what, remedy } = written(code);
    expect(what).toMatch(/^.+[.]$/);
    expect(remedy).toMatch(/^$|^[A-Z].+[.]$/);
    const text = `${what} ${remedy}`;
    expect(text).not.toMatch(/[{}]|undefined|null|NaN|\w+\/\w+-\w+|\.\.(\s|$)/);
  });

  it("says what to do, or that it can be tried again", () => {
    const { remedy, retry } = written(code);
    if (code !== "caffe2/unsupported-operator") expect(retry || remedy !== "").toBe(true);
  });
});

describe("the facts of an error", () => {
  it("stand in its sentence", () => {
    expect(written("image/too-large").what).toContain("20000 × 20000");
    expect(written("model/http-status").what).toBe("hub.example answered with status 503.");
    expect(written("model/truncated").what).toBe("The download stopped at 1.0 MB of 23.1 MB.");
    expect(written("onnx/missing-external-data").what).toContain("weights.bin");
  });

  it("a missing model names every source that was tried and the ways to get it", () => {
    const { what, remedy } = written("model/unavailable");
    expect(what).toContain("the mirror is empty; hub.example is down.");
    expect(remedy).toMatch(/MODEL_MIRROR=.*npm start.*internet/);
  });

  it("of a bug stay out of it", () => {
    expect(written("internal/unexpected").what).not.toContain("TypeError");
  });
});
