// The table that the zoo's test prints: a line for every file, and how many equal PyTorch.
import type { ZooEntry } from "../support/zoo.ts";
import type { ZooErrors } from "./zoo-comparison.ts";
import type { ZooForm } from "./zoo-pass.ts";

interface Row {
  readonly errors: ReadonlyMap<ZooForm, ZooErrors>;
  readonly remark: string;
}

export interface ZooTable {
  note(entry: ZooEntry, form: ZooForm, errors: ZooErrors, remark?: string): void;
  refuse(entry: ZooEntry, remark: string): void;
  text(): string;
}

/** Errors of the form that the product works on; for files as they come only the largest. */
export function createZooTable(entries: readonly ZooEntry[]): ZooTable {
  const rows = new Map<string, Row>();
  return {
    note({ file }, form, errors, remark = "") {
      const known = rows.get(file)?.errors ?? new Map<ZooForm, ZooErrors>();
      rows.set(file, { errors: new Map([...known, [form, errors]]), remark });
    },
    refuse: ({ file }, remark) => void rows.set(file, { errors: new Map(), remark }),
    text() {
      const header = line("file", ["attention", "gradient", "max error", "as exported"], "");
      const lines = entries.flatMap(({ file }) => {
        const row = rows.get(file);
        return row === undefined ? [] : [line(file, cellsOf(row), row.remark)];
      });
      return [header, ...lines, countOf(entries, rows)].join("\n");
    },
  };
}

function cellsOf({ errors }: Row): readonly string[] {
  const [own, exported] = [errors.get("canonical"), errors.get("exported")];
  const cells = own === undefined ? ["", "", ""] : [own.values, own.gradients, worst(own)].map(short);
  return [...cells, exported === undefined ? "" : short(worst(exported))];
}

/** "attention" is the feature map for convolutional networks. */
function line(file: string, cells: readonly string[], remark: string): string {
  return `${file.padEnd(50)}${cells.map((cell) => cell.padStart(12)).join("")}  ${remark}`.trimEnd();
}

function worst({ logits, values, gradients }: ZooErrors): number {
  return Math.max(logits, values, gradients);
}

function short(error: number): string {
  return error.toExponential(1);
}

function countOf(entries: readonly ZooEntry[], rows: ReadonlyMap<string, Row>): string {
  const all = [...rows.values()];
  const equal = all.filter(({ errors, remark }) => errors.has("canonical") && remark === "");
  const partly = all.filter(({ errors, remark }) => errors.has("canonical") && remark !== "");
  const refused = all.filter(({ errors }) => errors.size === 0);
  return (
    `${equal.length} of ${entries.length} files equal PyTorch in all that is recorded, ${partly.length} allow Grad-CAM ` +
    `only and equal it there, ${refused.length} are refused with a typed error`
  );
}
