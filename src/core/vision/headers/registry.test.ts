import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { pictureFormats } from "./registry.ts";

it("knows every format of this folder, under the name of its file", () => {
  const formats = readdirSync(import.meta.dirname).filter((name) =>
    readFileSync(resolve(import.meta.dirname, name), "utf8").includes("= defineFormat({"),
  );
  const registered = pictureFormats.map(({ type }) => `${type.toLowerCase()}.ts`);
  expect([...registered].sort()).toEqual(formats.filter((name) => !name.endsWith(".test.ts")).sort());
});
