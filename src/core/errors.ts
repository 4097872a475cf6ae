// Every error that Patchlight raises on purpose: its code, and the facts that go with it.

/** The facts each error code carries. A new code needs a human sentence in `ui/describe-error.ts` to compile. */
export interface ErrorDetails {
  "image/empty": Record<never, never>;
  "image/unknown-type": { readonly firstBytes: string };
  "image/unsupported-type": { readonly type: string };
  "image/truncated": { readonly type: string };
  "image/too-large": { readonly width: number; readonly height: number; readonly limitMegapixels: number };
  "image/decode-failed": { readonly type: string; readonly reason: string };
  "onnx/truncated": { readonly reason: string };
  "onnx/not-onnx": { readonly reason: string };
  "onnx/git-lfs-pointer": Record<never, never>;
  "onnx/html-page": Record<never, never>;
  "onnx/missing-external-data": { readonly location: string };
  "onnx/unsupported-opset": { readonly domain: string; readonly version: number };
  "caffe2/malformed": { readonly reason: string };
  "caffe2/unsupported-operator": { readonly operator: string };
  "anatomy/no-attention": { readonly reason: string };
  "anatomy/no-feature-map": { readonly reason: string };
  "anatomy/no-stream": { readonly reason: string };
  "anatomy/quantised": { readonly operators: readonly string[] };
  "anatomy/unsupported-input": { readonly reason: string };
  "autodiff/no-rule": { readonly operator: string; readonly node: string };
  "autodiff/unsupported": { readonly operator: string; readonly node: string; readonly reason: string };
  "autodiff/unknown-shape": { readonly tensor: string };
  "autodiff/unreachable": { readonly tensor: string };
  "attribution/empty-map": { readonly reason: string };
  "attribution/bad-option": { readonly option: string; readonly reason: string };
  "attribution/too-large": { readonly layers: number; readonly tokens: number; readonly limit: number };
  "session/not-a-session": { readonly reason: string };
  "session/damaged": { readonly part: string; readonly reason: string };
  "session/newer": { readonly version: number; readonly supported: number };
  "session/too-large": { readonly bytes: number; readonly limitBytes: number };
  "export/failed": { readonly reason: string };
  "vector/unreadable": { readonly reason: string };
  "vector/wrong-length": { readonly expected: number; readonly actual: number };
  "metrics/no-foreground": Record<never, never>;
  "model/unavailable": { readonly model: string; readonly tried: readonly string[] };
  "model/unreachable": { readonly url: string; readonly reason: string };
  "model/http-status": { readonly url: string; readonly status: number };
  "model/html-page": { readonly url: string };
  "model/truncated": { readonly url: string; readonly expectedBytes: number; readonly actualBytes: number };
  "model/size-mismatch": {
    readonly url: string;
    readonly expectedBytes: number;
    readonly actualBytes: number;
  };
  "model/hash-mismatch": { readonly url: string; readonly expected: string; readonly actual: string };
  "engine/runtime-failed": { readonly backend: string; readonly reason: string };
  "engine/webgpu-unavailable": { readonly reason: string };
  "engine/session-failed": { readonly model: string; readonly reason: string };
  "engine/run-failed": { readonly model: string; readonly reason: string };
  "engine/device-lost": { readonly reason: string };
  "engine/worker-crashed": { readonly reason: string };
  "engine/hung": { readonly seconds: number };
  "engine/no-result": { readonly what: string };
  "job/cancelled": Record<never, never>;
  "internal/unexpected": { readonly reason: string };
}

export type ErrorCode = keyof ErrorDetails;

/** The one error class: a code that can be switched on, and typed facts. The English message is for logs only. */
export class XaiError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly details: ErrorDetails[Code];

  constructor(code: Code, details: ErrorDetails[Code], options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(details)}`, options);
    this.name = "XaiError";
    this.code = code;
    this.details = details;
  }
}

/** Whether `error` is an `XaiError`, of the given code if one is named. */
export function isXaiError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is XaiError<Code> {
  return error instanceof XaiError && (code === undefined || error.code === code);
}

/** Any thrown value as an `XaiError`; what was not raised on purpose becomes `internal/unexpected`. */
export function toXaiError(error: unknown): XaiError {
  if (error instanceof XaiError) return error;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new XaiError("internal/unexpected", { reason }, { cause: error });
}
