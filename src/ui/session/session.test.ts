// Session files: what was saved comes back, and bad files are refused with a reason, whatever is in them.

import fc from "fast-check";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { examplePanel } from "../../../tests/support/export-panel.ts";
import { isXaiError } from "../../core/errors.ts";
import { digestOf } from "../fingerprint.ts";
import { defaultLinkedView, type View } from "../url/view.ts";
import { readSession, readSessionBytes } from "./read-session.ts";
import { sessionLimit } from "./session-format.ts";
import { safeName, writeSession } from "./write-session.ts";

const bytes = Uint8Array.from({ length: 300 }, (_, index) => (index * 37) % 251);
const sha256 = await digestOf(bytes);
const view: View = {
  ...defaultLinkedView,
  picture: { kind: "file", title: "Eva's cat.png", sha256 },
  selection: {
    ...defaultLinkedView.selection,
    method: "gradient-rollout",
    target: { kind: "class", index: 1 },
  },
  instances: [0],
};
const stamp = { app: "Patchlight 0.1.0", created: "2025-01-01T00:00:00.000Z", link: "" };
const saved = await writeSession({
  view,
  picture: { title: "Eva's cat.png", bytes, sha256 },
  panels: [examplePanel],
  stamp,
});

/** The saved session with some of its files changed; `null` takes a file away. */
function altered(changes: Readonly<Record<string, Uint8Array | null>>): Uint8Array {
  const files = Object.entries({ ...unzipSync(saved), ...changes }).filter(([, content]) => content !== null);
  return zipSync(Object.fromEntries(files) as Record<string, Uint8Array>);
}

function alteredDocument(change: Readonly<Record<string, unknown>>): Uint8Array {
  const document = JSON.parse(strFromU8(unzipSync(saved)["session.json"]));
  return altered({ "session.json": strToU8(JSON.stringify({ ...document, ...change })) });
}

async function refusalOf(file: Uint8Array): Promise<unknown> {
  const error = await readSessionBytes(file).catch((thrown: unknown) => thrown);
  return isXaiError(error) ? { code: error.code, ...error.details } : error;
}

describe("a session", () => {
  it("brings back the view, the picture byte by byte, and the raw map", async () => {
    const session = await readSession(new Blob([saved]));
    expect(session.view).toEqual(view);
    expect(new Uint8Array(await session.picture.blob.arrayBuffer())).toEqual(bytes);
    expect(session.picture).toMatchObject({ title: "Eva's cat.png", sha256 });
    expect(session.savedMap).toEqual({ values: examplePanel.map.values, rows: 2, columns: 2 });
  });

  it("can be saved before there is a map", async () => {
    const contents = { view, picture: { title: "", bytes, sha256 }, panels: [], stamp };
    const { savedMap, view: read } = await readSessionBytes(await writeSession(contents));
    expect([savedMap, read]).toEqual([null, view]);
  });

  it("holds files with plain names, and every parameter for people", () => {
    const files = unzipSync(saved);
    expect(Object.keys(files).sort()).toEqual([
      "maps/1-gradient-rollout.npy",
      "picture/Eva-s-cat.png",
      "session.json",
    ]);
    const document = JSON.parse(strFromU8(files["session.json"]));
    expect(document.panels[0].terms[0].options).toEqual({ discardRatio: 0.9, headsOff: [0, 3] });
    expect(document).toMatchObject({ format: "patchlight-session", version: 1, app: stamp.app });
  });
});

describe("safeName", () => {
  it.each([
    ["../../etc/passwd", "etc-passwd"],
    [".hidden", "hidden"],
    ["Žluť.png", "Zlut.png"],
    ["???", "picture"],
    [`${"a".repeat(200)}.png`, `${"a".repeat(76)}.png`],
  ])("%s", (title, name) => {
    expect(safeName(title)).toBe(name);
  });
});

describe("a bad session", () => {
  const notOurs = "session/not-a-session";
  const broken = "session/damaged";

  it.each([
    ["is empty", new Uint8Array(0), { code: notOurs }],
    ["is another kind of file", strToU8("not a zip"), { code: notOurs }],
    ["is an archive of other things", zipSync({ "a.txt": strToU8("a") }), { code: notOurs }],
    ["is cut", saved.slice(0, 200), { code: broken }],
    ["has a document that is no JSON", altered({ "session.json": strToU8("{") }), { code: broken }],
    ["has a document of null", altered({ "session.json": strToU8("null") }), { code: notOurs }],
    ["is of another program", alteredDocument({ format: "other" }), { code: notOurs }],
    ["has no version", alteredDocument({ version: "1" }), { code: broken, part: "session.json" }],
    ["is newer", alteredDocument({ version: 2 }), { code: "session/newer", version: 2, supported: 1 }],
    ["has no view", alteredDocument({ view: "hello" }), { code: broken, part: "session.json" }],
    ["has no picture", altered({ "picture/Eva-s-cat.png": null }), { code: broken, reason: "it is missing" }],
    [
      "has another picture",
      altered({ "picture/Eva-s-cat.png": strToU8("x") }),
      { code: broken, part: "picture/Eva-s-cat.png", reason: "its content is not what was saved" },
    ],
    [
      "names a file of Object",
      alteredDocument({ picture: { file: "toString", title: "t", sha256 } }),
      { code: broken },
    ],
    [
      "has a map of another size",
      alteredDocument({ map: { file: "picture/Eva-s-cat.png", sha256, rows: 2, columns: 2 } }),
      { code: broken },
    ],
  ] as const)("that %s is refused", async (_, file, refusal) => {
    expect(await refusalOf(file)).toMatchObject(refusal);
  });

  it("that would unpack to more than the limit is refused before it is unpacked", async () => {
    const small = zipSync({ "picture/bomb": new Uint8Array(1000) }, { level: 9 });
    // The size that the central directory promises, 22 bytes before its name's end.
    const view = new DataView(small.buffer);
    // "PK" 1 2 begins the directory's only entry.
    const directory = Buffer.from(small).lastIndexOf(Buffer.of(0x50, 0x4b, 1, 2));
    view.setUint32(directory + 24, sessionLimit + 1, true);
    expect(await refusalOf(small)).toMatchObject({ code: "session/too-large", limitBytes: sessionLimit });
  });

  it("of any bytes gives a session or a reason, never anything else", async () => {
    const anyFile = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 300 }).map((rest) => Uint8Array.of(0x50, 0x4b, 3, 4, ...rest)),
      fc
        .array(fc.tuple(fc.nat(saved.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
        .map((changes) => {
          const file = saved.slice();
          for (const [at, byte] of changes) file[at] = byte;
          return file;
        }),
    );
    await fc.assert(
      fc.asyncProperty(anyFile, async (file) => {
        const result = await readSessionBytes(file).catch((thrown: unknown) => thrown);
        const isRefused = isXaiError(result) && result.code.startsWith("session/");
        expect(isRefused || (typeof result === "object" && result !== null && "view" in result)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
