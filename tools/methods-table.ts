// Writes docs/methods.md from the registry and docs/methods-measured.json.
// Run: npx tsx tools/methods-table.ts [measurements]
// The optional file has a line of JSON for each measurement, as tests write it where MEASURED_ERRORS names it:
//   MEASURED_ERRORS=test-results/errors.jsonl npm run test:golden
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { methods } from "../src/core/attribution/registry.ts";
import { type MeasuredById, type Measurement, mergeMeasured, methodsPage } from "./methods-page.ts";

const docs = resolve(import.meta.dirname, "../docs");
const measuredFile = resolve(docs, "methods-measured.json");

const older = JSON.parse(readFileSync(measuredFile, "utf8")) as MeasuredById;
const [file] = process.argv.slice(2);
const measured = mergeMeasured(older, file === undefined ? [] : readLines(file));
writeFileSync(measuredFile, `${JSON.stringify(measured, null, 2)}\n`);
writeFileSync(resolve(docs, "methods.md"), methodsPage(methods, measured));

function readLines(file: string): readonly Measurement[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Measurement);
}
