// Where the outside witnesses lie: folders from the environment, with the defaults of this workplace.
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

function folder(variable: string, fallback: string): string {
  return resolve(root, process.env[variable] ?? fallback);
}

export const witnesses = {
  golden: folder("GOLDEN_DIR", "../shared/golden"),
  goldenReal: folder("GOLDEN_REAL_DIR", "../shared/golden-real"),
  images: folder("IMAGES_DIR", "../shared/images"),
  zoo: folder("ZOO_DIR", "../shared/zoo"),
  models: folder("MODEL_MIRROR", "../shared/models"),
  experiment: folder("EXPERIMENT_DIR", "../shared/experiment"),
  data: folder("DATA_DIR", "../shared/data"),
} as const;

/** The folders among `names` that are missing, as a sentence for a skipped test's name; "" when all are there. */
export function missing(...names: readonly (keyof typeof witnesses)[]): string {
  const absent = names.filter((name) => !existsSync(witnesses[name]));
  return absent.length === 0
    ? ""
    : ` (skipped: no folder ${absent.map((name) => witnesses[name]).join(", ")})`;
}
