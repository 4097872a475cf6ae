// Where a figure's parts stand, and that its SVG is well-formed whatever the texts are.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figure, FigureItem, FigurePanel } from "./figure.ts";
import { escapeXml, writeFigureSvg } from "./figure-svg.ts";
import { layOutFigure, panelSide } from "./lay-out-figure.ts";
import { breakLines, textWidth } from "./text-width.ts";

const panel: FigurePanel = {
  title: "Rollout",
  subtitle: "cat.png, DeiT-Tiny",
  ratio: 1,
  opacity: 0.5,
  crisp: { picture: false, map: true },
  scale: {
    stops: [
      { at: 0, colour: "#000000", opacity: 1 },
      { at: 1, colour: "#ffffff", opacity: 0.5 },
    ],
    low: "0.3×",
    high: "4×",
    mark: { at: 0.4, text: "1×" },
    meaning: "Colour is each patch's share of what reaches the class token; 1× is an average patch.",
  },
  outline: { path: "M0 0L8 8Z", size: 16 },
};
const full = { legend: true, caption: "Figure 1. A cat." };

function boxes({ items }: Figure): Extract<FigureItem, { kind: "image" }>[] {
  return items.filter((item) => item.kind === "image");
}

function svgOf(figure: Figure): string {
  return writeFigureSvg(figure, {
    title: "t",
    description: "d",
    image: (index, layer) => `data:image/png;base64,${index}${layer}`,
  });
}

describe("layOutFigure", () => {
  it("gives the picture alone without legend and caption, and nothing around it", () => {
    const figure = layOutFigure([{ ...panel, outline: null }], { legend: false, caption: "" });
    expect([figure.width, figure.height]).toEqual([panelSide, panelSide]);
    expect(figure.items.map(({ kind }) => kind)).toEqual(["image", "image"]);
    expect(boxes(figure)[1]).toMatchObject({ x: 0, y: 0, layer: "map", opacity: 0.5 });
  });

  it("leaves out a map that is hidden or not there", () => {
    for (const change of [{ opacity: 0 }, { scale: null }])
      expect(boxes(layOutFigure([{ ...panel, ...change }], full)).map(({ layer }) => layer)).toEqual([
        "picture",
      ]);
  });

  it("keeps the picture's ratio", () => {
    const [wide] = boxes(layOutFigure([{ ...panel, ratio: 2 }], full));
    expect([wide.width, wide.height]).toEqual([panelSide, panelSide / 2]);
    const [tall] = boxes(layOutFigure([{ ...panel, ratio: 0.5 }], full));
    expect([tall.width, tall.height]).toEqual([panelSide / 2, panelSide]);
  });

  it("sets up to six panels in rows that stand apart, all inside the figure", () => {
    for (const [count, columns] of [
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 2],
      [5, 3],
      [6, 3],
    ]) {
      const panels = Array.from({ length: count }, (_, index) => ({
        ...panel,
        ratio: index % 2 ? 1.5 : 0.7,
      }));
      const figure = layOutFigure(panels, full);
      const pictures = boxes(figure).filter(({ layer }) => layer === "picture");
      expect(pictures.map(({ panel: index }) => index)).toEqual([...panels.keys()]);
      expect(new Set(pictures.map(({ x }) => x)).size).toBe(columns);
      for (const item of figure.items) {
        const { x, y } = item;
        expect(x).toBeGreaterThanOrEqual(0);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x + ("width" in item ? item.width : 0)).toBeLessThanOrEqual(figure.width);
        expect(y + ("height" in item ? item.height : 0)).toBeLessThanOrEqual(figure.height);
      }
      const overlaps = pictures.some((a) =>
        pictures.some(
          (b) =>
            a !== b &&
            a.x < b.x + b.width &&
            b.x < a.x + a.width &&
            a.y < b.y + b.height &&
            b.y < a.y + a.height,
        ),
      );
      expect(overlaps).toBe(false);
    }
  });

  it("says low, high and what is marked, and drops the mark's number where it would touch another", () => {
    const texts = (figure: Figure) =>
      figure.items.flatMap((item) => (item.kind === "text" ? [item.text] : []));
    expect(texts(layOutFigure([panel], full))).toEqual(
      expect.arrayContaining(["Rollout", "0.3×", "4×", "1×", "Figure 1. A cat."]),
    );
    const scale = { ...panel.scale, mark: { at: 0.05, text: "1×" } } as FigurePanel["scale"];
    expect(texts(layOutFigure([{ ...panel, scale }], full))).not.toContain("1×");
  });
});

describe("breakLines", () => {
  it("breaks between words and shortens the last line", () => {
    expect(breakLines("one two three", 10, textWidth("one two", 10))).toEqual(["one two", "three"]);
    const [first, last] = breakLines("one two three four five", 10, textWidth("one two", 10), 2);
    expect(first).toBe("one two");
    expect(last).toMatch(/…$/);
  });

  it("loses no letter, and keeps every line of more than one letter within the width", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 5, max: 300 }), (text, width) => {
        const lines = breakLines(text, 12, width);
        expect(lines.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""));
        for (const line of lines)
          if (Array.from(line).length > 1) expect(textWidth(line, 12)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe("writeFigureSvg", () => {
  it("holds pictures, gradient, outline and texts, and loads nothing", () => {
    const svg = svgOf(layOutFigure([panel], full));
    expect(svg).toContain('href="data:image/png;base64,0picture"');
    expect(svg).toContain(
      'opacity="0.5" style="image-rendering:pixelated" preserveAspectRatio="none" href="data:image/png;base64,0map"',
    );
    expect(svg).toMatch(/<linearGradient id="(ramp-\d+)">.*<\/linearGradient>\n<rect [^>]*fill="url\(#\1\)"/);
    expect(svg).toContain('d="M0 0L8 8Z"');
    expect(svg).toContain(">Figure 1. A cat.</text>");
    expect(svg.match(/https?:\/\/[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
  });

  it("keeps any text from becoming markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeXml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(Array.from(escaped).every(isXmlCharacter)).toBe(true);
        expect(escaped.replace(/&#\d+;/g, "")).not.toContain("&");
      }),
    );
  });
});

/** As XML 1.0 defines what a document may hold. */
function isXmlCharacter(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff);
}
