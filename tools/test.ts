// Runs every check and test there is, all of them even if one fails, and says how many passed and failed.
// Run: npm test
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { add, type Count, readPlaywrightReport, readVitestReport } from "./test-reports.ts";

interface Stage {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly count?: () => Count;
}

const folder = "test-results";
const stages: readonly Stage[] = [
  { name: "types", command: ["tsc", "-b"] },
  { name: "lint and boundaries", command: ["biome", "check", "."] },
  {
    name: "unit, property and golden",
    command: [
      "vitest",
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${folder}/vitest.json`,
    ],
    count: () => readVitestReport(`${folder}/vitest.json`),
  },
  {
    name: "end to end",
    command: ["playwright", "test"],
    count: () => readPlaywrightReport(`${folder}/playwright.json`),
  },
];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const total = stages.map(run).reduce(add, { passed: 0, failed: 0, skipped: 0 });
if (total.skipped > 0) process.stdout.write(`${total.skipped} skipped, each with its reason in its name\n`);
const summary = `${total.passed} passed, ${total.failed} failed\n`;
writeFileSync(`${folder}/summary.txt`, summary);
process.stdout.write(summary);
process.exitCode = total.failed === 0 ? 0 : 1;

/** A stage that fails without naming a failed test (a type error, a crash) counts as one failure. */
function run({ name, command: [program, ...parameters], count }: Stage): Count {
  const begin = performance.now();
  process.stdout.write(`\n== ${name}: ${program} ${parameters.join(" ")}\n`);
  const { status } = spawnSync("npx", ["--no-install", program, ...parameters], { stdio: "inherit" });
  const counted = count?.() ?? { passed: 0, failed: 0, skipped: 0 };
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  process.stdout.write(`== ${name}: ${status === 0 ? "passed" : "FAILED"} after ${seconds} s\n`);
  return { ...counted, failed: status === 0 ? counted.failed : Math.max(counted.failed, 1) };
}
