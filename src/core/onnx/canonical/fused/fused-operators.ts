// Every operator that is more than one step, and how it is written in steps.
import type { RewriteTable } from "../rewrite.ts";

export const fusedOperators: RewriteTable = {};
