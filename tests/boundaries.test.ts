// The linter keeps the layers apart: every forbidden import is reported, and what the layers need is allowed.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const boundaryRule = "lint/style/noRestrictedImports";

const ort = ["onnxruntime-web", "onnxruntime-web/wasm", "onnxruntime-web/webgpu", "onnxruntime-common"];
const comlink = ["comlink", "comlink/dist/esm/comlink.mjs"];
const page = ["react", "react/jsx-runtime", "react-dom/client", "react-aria-components", "zustand/vanilla"];
const node = ["node:fs", "node:fs/promises"];

/** A file of each kind, what it must not import, and what it may. */
const borders: readonly {
  readonly file: string;
  readonly forbidden: readonly string[];
  readonly allowed: readonly string[];
}[] = [
  {
    file: "src/core/vision/probe.ts",
    forbidden: [
      "../../bridge/contract.ts",
      "../../engine/ort.ts",
      "../../ui/store.ts",
      ...ort,
      ...comlink,
      ...page,
      ...node,
    ],
    allowed: ["../errors.ts", "@bufbuild/protobuf/wire"],
  },
  {
    file: "src/bridge/probe.ts",
    forbidden: ["../engine/ort.ts", "../ui/store.ts", ...ort, ...page, ...node],
    allowed: ["../core/errors.ts", ...comlink],
  },
  {
    file: "src/engine/models/probe.ts",
    forbidden: ["../../ui/store.ts", ...ort, ...comlink, ...page, ...node],
    allowed: ["../../core/errors.ts", "../../bridge/contract.ts", "../ort.ts"],
  },
  {
    file: "src/engine/ort.ts",
    forbidden: ["../ui/store.ts", ...comlink, ...page, ...node],
    allowed: ["../core/errors.ts", ...ort],
  },
  {
    file: "src/engine/worker.ts",
    forbidden: ["../ui/store.ts", ...ort, ...page, ...node],
    allowed: ["../bridge/contract.ts", ...comlink],
  },
  {
    file: "src/ui/features/probe.tsx",
    forbidden: ["../../engine/ort.ts", ...ort, ...comlink, ...node],
    allowed: ["../../bridge/contract.ts", "../../core/errors.ts", ...page],
  },
  {
    file: "src/probe.tsx",
    forbidden: ["./engine/ort.ts", ...ort, ...comlink, ...node],
    allowed: ["./bridge/contract.ts", "./ui/store.ts", "react-dom/client"],
  },
];

interface Report {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
}

let folder = "";
let reported: ReadonlySet<string> = new Set();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patchlight-boundaries-"));
  copyFileSync(join(root, "biome.json"), join(folder, "biome.json"));
  for (const { file, forbidden, allowed } of borders)
    write(file, [...forbidden, ...allowed].map(everyWayToImport).join(""));
  write("src/core/first.ts", 'import { second } from "./second.ts";\nexport const first: number = second;\n');
  write("src/core/second.ts", 'import { first } from "./first.ts";\nexport const second: number = first;\n');
  const parameters = ["lint", "--reporter=json", "--max-diagnostics=none", "."];
  const run = spawnSync(join(root, "node_modules/.bin/biome"), parameters, { cwd: folder, encoding: "utf8" });
  const { diagnostics } = JSON.parse(run.stdout) as Report;
  reported = new Set(diagnostics.map(({ category, location }) => `${category} ${place(location)}`));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(borders)("$file", ({ file, forbidden, allowed }) => {
  test("reports what it must not import: statically, as types, dynamically", () => {
    const missed = forbidden.filter((_, position) => linesReported(file, position) < 3);
    expect(missed).toEqual([]);
  });

  test("may import what it needs", () => {
    const refused = allowed.filter((_, position) => linesReported(file, forbidden.length + position) > 0);
    expect(refused).toEqual([]);
  });
});

test("a cycle of imports is reported", () => {
  expect(reported).toContain("lint/suspicious/noImportCycles src/core/first.ts:1");
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** Three lines: the three ways in which a module can be named. */
function everyWayToImport(specifier: string, position: number): string {
  return [
    `import * as value${position} from "${specifier}";`,
    `import type * as Type${position} from "${specifier}";`,
    `export const later${position} = (): Promise<unknown> => import("${specifier}");`,
    "",
  ].join("\n");
}

/** How many of the three lines about the specifier at `position` were reported. */
function linesReported(file: string, position: number): number {
  const lines = [1, 2, 3].map((offset) => 3 * position + offset);
  return lines.filter((line) => reported.has(`${boundaryRule} ${file}:${line}`)).length;
}

function place({ path, start }: Report["diagnostics"][number]["location"]): string {
  return `${path}:${start.line}`;
}
