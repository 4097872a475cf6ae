// Every method file is registered, and named as its id.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { methods } from "./registry.ts";

describe("method registry", () => {
  test("lists every file that defines a method, under its id", () => {
    const files = readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith(".ts") && !name.includes(".test."))
      .filter((name) =>
        /^export const \w+ = defineMethod\(/m.test(readFileSync(`${import.meta.dirname}/${name}`, "utf8")),
      )
      .map((name) => name.replace(/\.ts$/, ""));
    expect(files.sort()).toEqual(methods.map(({ id }) => id as string).sort());
  });
});
