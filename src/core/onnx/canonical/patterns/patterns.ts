// Every group of nodes that is one standard operator, under the operator of its last node.
import type { RewriteTable } from "../rewrite.ts";
import { gelu } from "./gelu.ts";
import {
  dividedByDeviation,
  foldedIntoFactor,
  timesInverseDeviation,
  withScaleAndBias,
} from "./layer-normalization.ts";
import { scaleAfterNormalisation, shiftAfterNormalisation } from "./scale-and-shift.ts";
import { softmaxGuard } from "./softmax-guard.ts";

export const patterns: RewriteTable = {
  Add: [withScaleAndBias, foldedIntoFactor, shiftAfterNormalisation],
  Div: [dividedByDeviation, gelu],
  Mul: [gelu, timesInverseDeviation, scaleAfterNormalisation],
  Where: [softmaxGuard],
};
