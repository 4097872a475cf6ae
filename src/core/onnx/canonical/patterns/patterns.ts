// Every group of nodes that is one standard operator, under the operator of its last node.
import type { RewriteTable } from "../rewrite.ts";

export const patterns: RewriteTable = {};
