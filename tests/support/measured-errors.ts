// Notes how near each method comes to each witness, for the table in docs/methods.md.
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Returns `error`; where MEASURED_ERRORS names a file, also adds a line `{method, measure, value}` to it, which
 * `tools/methods-table.ts` reads.
 * @param method the method's id.
 * @param measure "tiny" for the authors' code in double precision, "real" for DeiT-Tiny on photographs, "rank" for the
 * rank correlation there.
 */
export function noteError(method: string, measure: "tiny" | "real" | "rank", error: number): number {
  const file = process.env.MEASURED_ERRORS;
  if (file !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, `${JSON.stringify({ method, measure, value: error })}\n`);
  }
  return error;
}
