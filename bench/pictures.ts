// The photographs of the bench.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { witnesses } from "../tests/support/witnesses.ts";

/** A picture as pages get it. */
export interface BenchPicture {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
}

const types: Readonly<Record<string, string>> = { png: "image/png", jpg: "image/jpeg" };

/** @param file below the folder of images. */
export function readPicture(file: string): BenchPicture {
  const bytes = readFileSync(resolve(witnesses.images, file));
  return {
    name: basename(file),
    type: types[file.split(".").at(-1) ?? ""] ?? "",
    base64: bytes.toString("base64"),
  };
}
