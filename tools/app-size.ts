// How much a visitor loads before the page is there: the app shell of a build, compressed as static hosts compress it.
// Run after `npm run build`: npx tsx tools/app-size.ts [folder]
import { readFileSync } from "node:fs";
import { extname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { listFiles } from "./http/list-files.ts";

/** A file and its size after gzip, in bytes. */
export interface SizedFile {
  readonly path: string;
  readonly bytes: number;
}

/** The files of a build by when they are loaded. */
export interface AppSize {
  /** The page and all that it names or imports before it draws itself. */
  readonly shell: readonly SizedFile[];
  /** Scripts and styles that come later: the engine's worker, onnxruntime-web, parts of the page that open on demand. */
  readonly later: readonly SizedFile[];
}

/** What the app shell may weigh, in bytes: 250 kB. Models and WebAssembly are not part of it. */
export const shellLimit = 250_000;

/** Measures the build in `folder`. */
export async function measureApp(folder: string): Promise<AppSize> {
  const page = readFileSync(join(folder, "index.html"), "utf8");
  // The bundler names what the page's script imports as preloads, down to the last one.
  const named = Array.from(page.matchAll(/(?:src|href)="\.\/([^"]+)"/g), ([, path]) => posix.normalize(path));
  const shellPaths = new Set(["index.html", ...named]);
  const files = (await listFiles(folder)).filter(
    ({ path }) => shellPaths.has(path) || [".js", ".css"].includes(extname(path)),
  );
  const sized = files.map(({ path }) => ({ path, bytes: gzipSync(readFileSync(join(folder, path))).length }));
  return {
    shell: sized.filter(({ path }) => shellPaths.has(path)),
    later: sized.filter(({ path }) => !shellPaths.has(path)),
  };
}

/** The sum of sizes, in bytes. */
export function totalOf(files: readonly SizedFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { shell, later } = await measureApp(resolve(process.argv[2] ?? "dist"));
  const lines = (files: readonly SizedFile[]) =>
    files.map(({ path, bytes }) => `${(bytes / 1000).toFixed(1).padStart(8)} kB  ${path}\n`).join("");
  const total = totalOf(shell);
  const verdict = `App shell: ${(total / 1000).toFixed(1)} of ${shellLimit / 1000} kB, gzip.`;
  process.stdout.write(`${lines(shell)}${verdict}\n\nLater:\n${lines(later)}`);
  if (total > shellLimit) process.exitCode = 1;
}
