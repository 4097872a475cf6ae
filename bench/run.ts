// Measures the built app and the engine against bare forward passes in the same browser. Run: npm run bench [app|engine]
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { resolve } from "node:path";
import { methods } from "../src/core/attribution/registry.ts";
import { missing } from "../tests/support/witnesses.ts";
import { type MeasuredById, mergeMeasured, methodsPage } from "../tools/methods-page.ts";
import { measureApp } from "./app-part.ts";
import { describeApp } from "./app-report.ts";
import { type EngineFindings, measureEngine } from "./engine-part.ts";
import { costsOf, describeEngine } from "./engine-report.ts";
import { writeSection } from "./rows.ts";

const root = resolve(import.meta.dirname, "..");
/** Without it, what was found is printed and written nowhere. */
const isKept = process.env.BENCH_DRAFT === undefined;

await main(process.argv.slice(2));

async function main(parts: readonly string[]): Promise<void> {
  const absent = missing("models", "images");
  if (absent !== "") throw new Error(`The bench needs the models and pictures${absent}`);
  const isWanted = (part: string): boolean => parts.length === 0 || parts.includes(part);
  if (isWanted("app")) {
    const load = loadavg()[0];
    const found = await measureApp();
    keep("app", [circumstances(found.browser, load), ...describeApp(found)]);
  }
  if (isWanted("engine")) {
    const load = loadavg()[0];
    const found = await measureEngine();
    keep("engine", [circumstances(found.browser, load), "", ...describeEngine(found)]);
    if (isKept) keepCosts(found);
  }
}

function keep(name: string, lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n\n`);
  if (isKept) writeSection(resolve(root, "bench/README.md"), name, lines);
}

/** The docs' table of methods has a column for it. */
function keepCosts(found: EngineFindings): void {
  const file = resolve(root, "docs/methods-measured.json");
  const measured = mergeMeasured(JSON.parse(readFileSync(file, "utf8")) as MeasuredById, costsOf(found));
  writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(resolve(root, "docs/methods.md"), methodsPage(methods, measured));
}

function circumstances(browser: string, load: number): string {
  const packages = ["onnxruntime-web", "vite"].map((name) => {
    const { version } = JSON.parse(readFileSync(resolve(root, `node_modules/${name}/package.json`), "utf8"));
    return `${name} ${version}`;
  });
  const machine = `${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const versions = [`Chromium ${browser}`, ...packages, `Node ${process.versions.node}`].join(", ");
  const date = new Date().toISOString().slice(0, 10);
  return `${date}; ${machine}; ${versions}; load average before the run ${load.toFixed(1)}.`;
}
