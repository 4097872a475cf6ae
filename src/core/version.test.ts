// One version, wherever it is written.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { appVersion } from "./version.ts";

it("is that of the package", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(appVersion).toBe(version);
});
