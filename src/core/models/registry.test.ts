// Every descriptor file is registered under its own name, and what it promises agrees with the files in the mirror.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { missing, witnesses } from "../../../tests/support/witnesses.ts";
import { isXaiError } from "../errors.ts";
import type { FileSource, ModelDescriptor } from "./descriptor.ts";
import { classifierById, detectorById, modelById, models } from "./registry.ts";

const everyModel: readonly ModelDescriptor[] = models;
const everySource: readonly FileSource[] = everyModel.flatMap((model) =>
  model.files.flatMap((file) => file.sources),
);
const labelsFolder = resolve(import.meta.dirname, "../../../public/labels");
const builtInFolder = resolve(import.meta.dirname, "../../../public/models");

function descriptorFiles(): string[] {
  const notModels = ["descriptor.ts", "registry.ts"];
  const files = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith(".ts") && !name.includes(".test."),
  );
  return files.filter((name) => !notModels.includes(name)).map((name) => name.slice(0, -".ts".length));
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return isXaiError(error) ? error.code : "not an XaiError";
  }
  return undefined;
}

describe("the folder", () => {
  it("holds one file for each registered model, named after its id", () => {
    expect(descriptorFiles().sort()).toEqual(everyModel.map((model) => model.id).sort());
  });

  it.each(descriptorFiles())("%s.ts exports exactly the registered descriptor", async (name) => {
    const exported: readonly unknown[] = Object.values(
      await import(/* @vite-ignore */ resolve(import.meta.dirname, `${name}.ts`)),
    );
    expect(exported).toHaveLength(1);
    expect(exported[0]).toBe(everyModel.find((model) => model.id === name));
  });
});

describe("lookup", () => {
  it.each(everyModel.map((model) => [model.id, model] as const))("finds %s", (id, model) => {
    expect(modelById(id)).toBe(model);
    const [right, wrong] =
      model.task === "classification" ? [classifierById, detectorById] : [detectorById, classifierById];
    expect(right(id)).toBe(model);
    expect(codeOf(() => wrong(id))).toBe("model/unavailable");
  });

  it("refuses a name that nobody has", () => {
    expect(codeOf(() => modelById("deit-gigantic"))).toBe("model/unavailable");
  });
});

describe("what descriptors promise", () => {
  it("has no two models or files of one name", () => {
    const names = everyModel.flatMap((model) => [model.id, ...model.files.map((file) => file.name)]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(everyModel.flatMap((model) => model.files))(
    "tries the sources of $name nearest first",
    ({ sources }) => {
      const order = ["built-in", "mirror", "hub"];
      const ranks = sources.map((source) => order.indexOf(source.kind));
      expect(ranks.length).toBeGreaterThan(0);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    },
  );

  it.each(everySource)("gives $kind $location a location and a digest of the right form", (source) => {
    if (source.kind === "hub") expect(new URL(source.location).protocol).toBe("https:");
    else expect(source.location).toMatch(/^[\w.-]+(\/[\w.-]+)*$/);
    if (source.kind === "built-in")
      expect(source).toMatchObject({ bytes: expect.any(Number), sha256: expect.any(String) });
    if (source.sha256 !== undefined) expect(source.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("names a label list of the app, or its classes from the background on", () => {
    for (const model of everyModel) {
      if (model.task === "classification")
        expect(existsSync(resolve(labelsFolder, `${model.labels}.txt`))).toBe(true);
      else expect(model.labels[0]).toBe("background");
    }
  });
});

describe(`the files themselves${missing("models")}`, () => {
  const promised = everySource.filter((source) => source.kind !== "hub" && source.sha256 !== undefined);

  it.skipIf(missing("models") !== "").each(promised)(
    "$kind $location has the promised size and sha256",
    (source) => {
      const bytes = readFileSync(
        resolve(source.kind === "mirror" ? witnesses.models : builtInFolder, source.location),
      );
      expect(bytes.length).toBe(source.bytes);
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(source.sha256);
    },
  );

  it.skipIf(missing("models") !== "")("the COCO names are those of the model's publisher", () => {
    const published = JSON.parse(
      readFileSync(resolve(witnesses.models, "maskrcnn2go/coco_classes.json"), "utf8"),
    );
    expect(detectorById("mask-rcnn2go").labels.slice(1)).toEqual(published.slice(1));
  });

  it.skipIf(missing("models") !== "")(
    "the ImageNet names are those of the public-domain list, in order",
    () => {
      const published = JSON.parse(
        readFileSync(resolve(witnesses.models, "imagenet-simple-labels.json"), "utf8"),
      );
      const lines = readFileSync(resolve(labelsFolder, "imagenet-1k.txt"), "utf8").trimEnd().split("\n");
      expect(lines).toHaveLength(1000);
      expect(lines).toEqual(published);
    },
  );
});
