// Runs a method's step to its end, whether it gives its map at once or as a generator.
import type { RawMap, StepResult } from "../../src/core/attribution/method.ts";

export function finish(result: StepResult): RawMap {
  if (result instanceof Float64Array) return result;
  for (;;) {
    const { done, value } = result.next();
    if (done) return value;
  }
}
