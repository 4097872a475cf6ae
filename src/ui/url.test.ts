// What stands in links and what does not, by example; and links that are old, new, damaged or not ours.
import { describe, expect, it } from "vitest";
import { fromBase64Url, toBase64Url } from "./url/base64url.ts";
import { defaultLinkedView, type View } from "./url/view.ts";
import { decodeView, encodeView } from "./url.ts";

function readView(fragment: string): View {
  const decoded = decodeView(fragment);
  if (decoded === null) throw new Error(`${fragment} was not read`);
  return decoded.view;
}

describe("encodeView", () => {
  it("says nothing of what is as the page opens, but its version", () => {
    expect(encodeView(defaultLinkedView)).toBe("v=1");
    const { selection } = defaultLinkedView;
    const options = { rollout: { fusion: "mean" }, legrad: { layer: 3 } };
    expect(encodeView({ ...defaultLinkedView, selection: { ...selection, options } })).toBe("v=1");
  });

  it("can be read by people", () => {
    const view: View = {
      ...defaultLinkedView,
      picture: { kind: "sample", id: "taxi" },
      selection: {
        ...defaultLinkedView.selection,
        method: "gradient-rollout",
        options: { "gradient-rollout": { discardRatio: 0.5 } },
        target: { kind: "contrast" },
        pins: { a: 281, b: 282 },
      },
      framing: "squash",
      settings: { ...defaultLinkedView.settings, colourMap: "viridis", overlay: false },
      instances: [0, 2],
    };
    expect(encodeView(view)).toBe(
      "v=1&method=gradient-rollout&o.discardRatio=0.5&target=contrast&a=281&b=282" +
        "&framing=squash&overlay=off&colours=viridis&objects=0,2&sample=taxi",
    );
  });

  it("names a file without its content, and escapes its name", () => {
    const sha256 = "0f".repeat(32);
    const picture = { kind: "file", title: "Eva & co = 100 %.jpg", sha256 } as const;
    expect(encodeView({ ...defaultLinkedView, picture })).toBe(
      `v=1&file=Eva%20%26%20co%20%3D%20100%20%25.jpg&sha256=${sha256}`,
    );
  });
});

describe("decodeView", () => {
  it.each(["", "#", "#top", "v=0", "v=x", "sample=taxi", "%", "v="])("is not about %j", (fragment) => {
    expect(decodeView(fragment)).toBeNull();
  });

  it("keeps what it understands and names the rest", () => {
    const fragment =
      "#v=1&method=rollout&o.fusion=median&o.discardRatio=2&o.nonsense=1&o.toString=1&framing=circle" +
      "&opacity=0.25&overlay=maybe&class=-1&objects=3,1&sha256=12&wibble=1&model=gpt";
    const decoded = decodeView(fragment);
    expect(decoded?.view).toEqual({
      ...defaultLinkedView,
      settings: { ...defaultLinkedView.settings, opacity: 0.25 },
    });
    expect([...(decoded?.unread ?? [])].sort()).toEqual(
      [
        ...["class", "framing", "model", "o.discardRatio", "o.fusion", "o.nonsense", "o.toString"],
        ...["objects", "overlay", "sha256", "wibble"],
      ].sort(),
    );
  });

  it("tells links of later versions, and reads what it can", () => {
    expect(decodeView("v=2&sample=taxi&new=1")).toMatchObject({
      isNewer: true,
      unread: ["new"],
      view: { picture: { kind: "sample", id: "taxi" } },
    });
  });

  it("does not give the options of an unknown method to another", () => {
    const view = readView("v=1&method=future&o.discardRatio=0.5");
    expect(view.selection).toEqual(defaultLinkedView.selection);
  });

  it("falls back to the most probable class where a target lacks what it needs", () => {
    expect(readView("v=1&target=contrast&a=3").selection.target).toEqual({ kind: "top" });
    expect(readView("v=1&target=vector").selection.target).toEqual({ kind: "top" });
    expect(readView("v=1&target=contrast&a=3&b=4").selection.target).toEqual({ kind: "contrast" });
  });

  it("refuses vectors that are not whole finite floats", () => {
    const notFinite = toBase64Url(Uint8Array.of(0, 0, 0xc0, 0x7f));
    for (const text of ["", "AAA", "AAAAAAAA", notFinite, "****"]) {
      const { vector } = readView(`v=1&target=vector&vector=x&vector-values=${text}`).selection;
      expect(vector === null || vector.values.length * 4 === fromBase64Url(text)?.length).toBe(true);
      if (text !== "AAAAAAAA") expect(vector).toBeNull();
    }
  });

  it("reads thousands of heads no more than any model has", () => {
    const many = Array.from({ length: 5000 }, (_, place) => place).join(",");
    expect(readView(`v=1&o.headsOff=${many}`).selection.options).toEqual({});
    const some = Array.from({ length: 400 }, (_, place) => place);
    expect(readView(`v=1&o.headsOff=${some.join(",")}`).selection.options).toEqual({
      rollout: { headsOff: some },
    });
  });
});

describe("base64url", () => {
  it("has the alphabet of RFC 4648 and no padding", () => {
    expect(toBase64Url(Uint8Array.of(0xfb, 0xff, 0xbf, 0))).toBe("-_-_AA");
    expect([...(fromBase64Url("-_-_AA") ?? [])]).toEqual([0xfb, 0xff, 0xbf, 0]);
    for (const text of ["a", "a=", "+/", "ab cd", "é"]) expect(fromBase64Url(text)).toBeNull();
  });
});
