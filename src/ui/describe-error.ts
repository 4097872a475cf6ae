// Every error as a person reads it: what happened, and what to do next. A code without an entry does not compile.
import type { ErrorCode, ErrorDetails, XaiError } from "../core/errors.ts";
import { fill } from "./fill.ts";
import { formatBytes } from "./format.ts";

export interface ErrorDescription {
  /** What happened, one sentence. */
  readonly what: string;
  /** What to do next, one sentence; "" where there is nothing to do. */
  readonly remedy: string;
  /** Whether the same wish can succeed when it is tried again. */
  readonly retry: boolean;
}

type Describe<Code extends ErrorCode> = (details: ErrorDetails[Code]) => ErrorDescription;

const anotherPicture = "Choose another picture: PNG, JPEG, WebP, GIF, AVIF or BMP.";
const anotherModel = "Choose another ONNX file, or go back to the model that comes with the page.";
const tryAgain = "Try again.";
const newDownload = "Try again; what was loaded is not kept.";

const descriptions: { readonly [Code in ErrorCode]: Describe<Code> } = {
  "image/empty": () => final("The file is empty.", anotherPicture),
  "image/unknown-type": () => final("This file is not a picture that browsers can read.", anotherPicture),
  "image/unsupported-type": ({ type }) =>
    final(fill("{type} files cannot be read here.", { type }), "Save it as PNG or JPEG and open that."),
  "image/truncated": ({ type }) =>
    final(fill("The {type} file ends too early.", { type }), "Copy or download it again, then open it."),
  "image/too-large": ({ width, height, limitMegapixels }) =>
    final(
      fill("The picture has {width} × {height} pixels; the limit is {limitMegapixels} megapixels.", {
        width,
        height,
        limitMegapixels,
      }),
      "Make it smaller and open it again.",
    ),
  "image/decode-failed": ({ type }) =>
    final(fill("The browser could not decode this {type} file.", { type }), "Save it anew as PNG or JPEG."),
  "onnx/truncated": () => final("The ONNX file ends too early.", "Copy or download it again, then open it."),
  "onnx/not-onnx": () => final("This file is not an ONNX model.", anotherModel),
  "onnx/git-lfs-pointer": () =>
    final(
      "This file is a Git LFS pointer, a placeholder for the model and not the model itself.",
      "Fetch the real file with “git lfs pull” and open that.",
    ),
  "onnx/html-page": () =>
    final("This file is a web page, not a model.", "Download the model with the site's download button."),
  "onnx/missing-external-data": ({ location }) =>
    final(
      fill("The model keeps its weights in another file, {location}, which was not given.", { location }),
      "Drop both files together.",
    ),
  "onnx/unsupported-opset": ({ domain, version }) =>
    final(
      fill("The model uses version {version} of the operators of {domain}, which is not supported.", {
        domain: domain === "" ? "ai.onnx" : domain,
        version,
      }),
      "Export it with opset 14 to 21.",
    ),
  "caffe2/malformed": () => again("The detector's file is damaged.", newDownload),
  "caffe2/unsupported-operator": ({ operator }) =>
    final(fill("The detector uses an operator that cannot be converted: {operator}.", { operator }), ""),
  "anatomy/no-attention": ({ reason }) =>
    final(fill("No attention was found in this model: {reason}.", { reason: bare(reason) }), anotherModel),
  "anatomy/no-feature-map": ({ reason }) =>
    final(fill("No feature map was found in this model: {reason}.", { reason: bare(reason) }), anotherModel),
  "anatomy/no-stream": ({ reason }) =>
    final(
      fill("The values between the model's blocks cannot be told: {reason}.", { reason: bare(reason) }),
      "Choose a method that needs attention or feature maps only.",
    ),
  "anatomy/quantised": ({ operators }) =>
    final(
      fill("The model computes in 8 bits ({operators}), which has no gradients and blurs attention.", {
        operators: operators.join(", "),
      }),
      "Use the fp32 or fp16 file of the same model.",
    ),
  "anatomy/unsupported-input": ({ reason }) =>
    final(
      fill("The model does not take one square picture: {reason}.", { reason: bare(reason) }),
      anotherModel,
    ),
  "autodiff/no-rule": ({ operator, node }) =>
    final(
      fill("No gradient can be taken through {operator}, at {node}.", { operator, node }),
      "Choose a method without gradients, such as rollout.",
    ),
  "autodiff/unsupported": ({ operator, node, reason }) =>
    final(
      fill("No gradient can be taken through this form of {operator}, at {node}: {reason}.", {
        operator,
        node,
        reason: bare(reason),
      }),
      "Choose a method without gradients, such as rollout.",
    ),
  "autodiff/unknown-shape": ({ tensor }) =>
    final(
      fill("The model leaves the shape of {tensor} open, so no gradient can be taken.", { tensor }),
      "Export it with fixed sizes.",
    ),
  "autodiff/unreachable": ({ tensor }) =>
    final(
      fill("The score does not depend on {tensor}, so it has no gradient there.", { tensor }),
      anotherModel,
    ),
  "attribution/empty-map": ({ reason }) =>
    final(
      fill("There is no map: {reason}.", { reason: bare(reason) }),
      "Discard less, or choose another class or method.",
    ),
  "attribution/bad-option": ({ option, reason }) =>
    final(
      fill("The setting “{option}” has no such value: {reason}.", { option, reason: bare(reason) }),
      "Use the correct defaults.",
    ),
  "attribution/too-large": ({ layers, tokens, limit }) =>
    final(
      fill(
        "{layers} layers of {tokens} tokens are too much for this method; it takes {limit} pairs of tokens.",
        {
          layers,
          tokens,
          limit,
        },
      ),
      "Choose an earlier layer, another method or a smaller model.",
    ),
  "session/not-a-session": ({ reason }) =>
    final(
      fill("This file is not a session that was saved here: {reason}.", { reason: bare(reason) }),
      "Choose a file that “Save session” wrote.",
    ),
  "session/damaged": ({ part, reason }) =>
    final(
      fill("The session file is damaged at {part}: {reason}.", { part, reason: bare(reason) }),
      "Copy or download it again, then open it.",
    ),
  "session/newer": ({ version, supported }) =>
    final(
      fill("The session was saved in format {version}, and this version reads up to {supported}.", {
        version,
        supported,
      }),
      "Reload the page for the newest version, then open it again.",
    ),
  "session/too-large": ({ bytes, limitBytes }) =>
    final(
      fill("The session holds {size}; the limit is {limit}.", {
        size: formatBytes(bytes),
        limit: formatBytes(limitBytes),
      }),
      "Save it again with a smaller picture.",
    ),
  "export/failed": ({ reason }) =>
    again(fill("The file could not be made: {reason}.", { reason: bare(reason) }), "Choose a smaller size."),
  "vector/unreadable": ({ reason }) =>
    final(
      fill("This file is not a vector: {reason}.", { reason: bare(reason) }),
      "Give a JSON list of numbers, or an NPY file of one row of floats.",
    ),
  "vector/wrong-length": ({ expected, actual }) =>
    final(
      fill("The vector has {actual} numbers, and the model puts out {expected}.", { actual, expected }),
      "Embed the text with the model that belongs to this one.",
    ),
  "metrics/no-foreground": () =>
    final(
      "No foreground lies in the part that the model sees.",
      "Choose other instances, or squash instead of crop.",
    ),
  "model/unavailable": ({ model, tried }) =>
    again(
      fill("The model {model} could not be had from anywhere: {tried}.", {
        model,
        tried:
          tried.length === 0
            ? "there is no source"
            : tried.map((attempt) => bare(withHosts(attempt))).join("; "),
      }),
      "Start the page with a folder of models (MODEL_MIRROR=path npm start), or connect to the internet and try again.",
    ),
  "model/unreachable": ({ url }) =>
    again(fill("{host} could not be reached.", { host: host(url) }), "Check the connection, then try again."),
  "model/http-status": ({ url, status }) =>
    again(fill("{host} answered with status {status}.", { host: host(url), status }), tryAgain),
  "model/html-page": ({ url }) =>
    again(
      fill("{host} sent a web page instead of the file.", { host: host(url) }),
      "A login page of this network may be in between: open any site, then try again.",
    ),
  "model/truncated": ({ expectedBytes, actualBytes }) =>
    again(
      fill("The download stopped at {actual} of {expected}.", {
        actual: formatBytes(actualBytes),
        expected: formatBytes(expectedBytes),
      }),
      "Try again; it goes on where it stopped.",
    ),
  "model/size-mismatch": ({ expectedBytes, actualBytes }) =>
    again(
      fill("The model file has {actual} instead of {expected}, so it was refused.", {
        actual: formatBytes(actualBytes),
        expected: formatBytes(expectedBytes),
      }),
      newDownload,
    ),
  "model/hash-mismatch": ({ url }) =>
    again(
      fill("The file from {host} is not the one that is known, so it was refused.", { host: host(url) }),
      newDownload,
    ),
  "engine/runtime-failed": ({ backend }) =>
    again(fill("The runtime could not be started on {backend}.", { backend }), "Choose another backend."),
  "engine/webgpu-unavailable": () =>
    final("This browser gives no access to a GPU.", "Choose WASM, which runs on the processor."),
  "engine/session-failed": ({ model }) =>
    again(fill("The runtime could not load {model}.", { model }), "Choose another backend or another model."),
  "engine/run-failed": ({ model }) =>
    again(fill("{model} failed while it was running.", { model }), tryAgain),
  "engine/device-lost": () => again("The GPU was lost.", "Try again, or choose WASM."),
  "engine/worker-crashed": () => again("The worker stopped unexpectedly.", tryAgain),
  "engine/hung": ({ seconds }) =>
    again(fill("The worker gave no sign of life for {seconds} s and was ended.", { seconds }), tryAgain),
  "engine/no-result": ({ what }) => again(fill("There is no {what} to work on yet.", { what }), tryAgain),
  "job/cancelled": () => again("Cancelled.", ""),
  "internal/unexpected": () =>
    again(
      "Something went wrong that should not.",
      "Try again; if it happens again, report it with the diagnostics.",
    ),
};

/** The sentences for an error; the codes themselves are for logs and diagnostics. */
export function describeError(error: XaiError): ErrorDescription {
  // The table is typed entry by entry; here code and details come together again.
  const write = descriptions[error.code] as Describe<ErrorCode>;
  return write(error.details);
}

function final(what: string, remedy: string): ErrorDescription {
  return { what, remedy, retry: false };
}

function again(what: string, remedy: string): ErrorDescription {
  return { what, remedy, retry: true };
}

/** Without the full stop, to go inside a sentence. */
function bare(sentence: string): string {
  return sentence.replace(/\.+$/, "");
}

/** Addresses in a sentence cut down to their hosts: the rest is for the diagnostics. */
function withHosts(sentence: string): string {
  return sentence.replace(/https?:\/\/([^/\s]+)\S*/g, "$1");
}

/** The host of an address; the address itself where it is relative. */
function host(url: string): string {
  return /^https?:\/\/([^/]+)/.exec(url)?.[1] ?? url;
}
