// What the tables and the JSON of exported panels say, and that what they say can be read back.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { examplePanel } from "../../../tests/support/export-panel.ts";
import { writeCsv } from "./csv.ts";
import { writeProbabilitiesCsv, writeScoresCsv } from "./panels-csv.ts";
import { writePanelsJson } from "./panels-json.ts";

/** A reader of RFC 4180, written apart from the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  let row: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(pattern)) {
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe("writeCsv", () => {
  it("quotes what needs quotes, and nothing else", () => {
    expect(writeCsv([["a", 'b "c"', "d,e", "f\ng", 1.5, null, Number.NaN]])).toBe(
      'a,"b ""c""","d,e","f\ng",1.5,,\r\n',
    );
  });

  it("does not let a text be taken for a formula, and leaves numbers alone", () => {
    expect(writeCsv([["=1+1", "@x", "-2", -2, 1e-9]])).toBe("'=1+1,'@x,'-2,-2,1e-9\r\n");
  });

  it("is read back as it was", () => {
    const cell = fc.string().filter((text) => !/^[=+\-@\t\r]/.test(text));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 })), (rows) => {
        expect(readCsv(writeCsv(rows))).toEqual(rows);
      }),
    );
  });
});

describe("the table of scores", () => {
  it("has one row a panel under named columns", () => {
    const [head, row, ...others] = readCsv(writeScoresCsv([examplePanel]));
    expect(others).toEqual([]);
    const cells = Object.fromEntries(head.map((name, index) => [name, row[index]]));
    expect(cells).toMatchObject({
      name: "Gradient rollout for tabby, tabby cat",
      picture: "'=cat.png",
      picture_sha256: "ab".repeat(32),
      model_sha256: "cd".repeat(32),
      method: "gradient-rollout",
      options: '{"discardRatio":0.9,"headsOff":[0,3]}',
      target: "tabby, tabby cat",
      target_index: "1",
      target_probability: "0.25",
      faf: "0.5",
      baf: "0.5",
      area: "0.375",
      lift: String(4 / 3),
      objects: "cat",
      peak_row: "0",
      peak_column: "0",
      peak_value: "4",
    });
  });

  it("leaves cells empty where there is no number", () => {
    const panel = { ...examplePanel, scores: null, foreground: null };
    const [head, row] = readCsv(writeScoresCsv([panel]));
    for (const name of ["faf", "baf", "area", "lift", "objects"]) expect(row[head.indexOf(name)]).toBe("");
  });

  it("names both sides of a difference", () => {
    const [term] = examplePanel.terms;
    const other = { ...term, target: { ...term.target, index: 0, label: "dog" } } as typeof term;
    const [head, row] = readCsv(writeScoresCsv([{ ...examplePanel, terms: [term, other] }]));
    expect(row[head.indexOf("target")]).toBe("tabby, tabby cat minus dog");
  });
});

describe("the table of probabilities", () => {
  it("lists every class once for each picture and model", () => {
    const other = { ...examplePanel, picture: { ...examplePanel.picture, sha256: "ef".repeat(32) } };
    const rows = readCsv(writeProbabilitiesCsv([examplePanel, { ...examplePanel }, other]));
    expect(rows).toHaveLength(1 + 2 * 2);
    expect(rows[2].slice(2)).toEqual(["1", "tabby, tabby cat", String(Math.fround(0.4)), "0.25"]);
  });
});

describe("the JSON of panels", () => {
  const stamp = { app: "Patchlight 0.1.0", created: "2025-01-01T00:00:00.000Z", link: "https://e.org/#v=1" };

  it("holds the raw map as rows, every parameter, and the hashes of model and picture", () => {
    const document = JSON.parse(writePanelsJson([examplePanel], stamp));
    expect(document).toMatchObject({ format: "patchlight-maps", version: 1, ...stamp });
    const [panel] = document.panels;
    expect(panel.map.values).toEqual([
      [4, 2],
      [3, 0.1],
    ]);
    expect(panel.terms[0]).toEqual({
      options: { discardRatio: 0.9, headsOff: [0, 3] },
      target: { kind: "class", index: 1, label: "tabby, tabby cat", probability: 0.25 },
      gradient: "exact",
    });
    expect(panel.model.files[0].sha256).toBe("cd".repeat(32));
    expect(panel.picture.sha256).toBe("ab".repeat(32));
    expect(panel.scores).toEqual(examplePanel.scores);
    expect(panel.classes[0]).toEqual({ index: 0, label: "dog", probability: 0.75, logit: 1.5 });
  });

  it("keeps every bit of the map's 32-bit floats", () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 4, maxLength: 4, noNaN: true, noDefaultInfinity: true }),
        (values) => {
          const map = { ...examplePanel.map, values: Float32Array.from(values) };
          const document = JSON.parse(writePanelsJson([{ ...examplePanel, map }], stamp));
          // JSON knows no negative zero.
          const read = Float32Array.from(document.panels[0].map.values.flat());
          expect([...read]).toEqual([...values].map((value) => value + 0));
        },
      ),
    );
  });

  it("writes a target of the user's own as its numbers", () => {
    const target = { kind: "vector", name: "cat.npy", values: Float32Array.of(0.1, -2) } as const;
    const [term] = examplePanel.terms;
    const document = JSON.parse(writePanelsJson([{ ...examplePanel, terms: [{ ...term, target }] }], stamp));
    expect(document.panels[0].terms[0].target).toEqual({
      kind: "vector",
      name: "cat.npy",
      values: [0.1, -2],
    });
  });
});
