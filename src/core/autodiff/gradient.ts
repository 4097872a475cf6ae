// The vector-Jacobian product of every operator: what the gradient of a scalar at a result makes at the inputs.
import { activationGradients } from "./gradient/activations.ts";
import { convolutionGradients } from "./gradient/convolution.ts";
import { elementwiseGradients } from "./gradient/elementwise.ts";
import { foldingGradients } from "./gradient/folding.ts";
import { indexingGradients } from "./gradient/indexing.ts";
import { layoutGradients } from "./gradient/layout.ts";
import { linearGradients } from "./gradient/linear.ts";
import { localResponseGradients } from "./gradient/local-response.ts";
import { normalisationGradients } from "./gradient/normalisation.ts";
import { poolingGradients } from "./gradient/pooling.ts";
import { reductionGradients } from "./gradient/reductions.ts";
import { resizeGradients } from "./gradient/resize.ts";
import { selectionGradients } from "./gradient/selection.ts";
import type { RuleTable } from "./rule.ts";

/** Ordinary gradients, for all versions of the operators from 7 on. */
export const gradient = {
  ...activationGradients,
  ...convolutionGradients,
  ...elementwiseGradients,
  ...foldingGradients,
  ...indexingGradients,
  ...layoutGradients,
  ...linearGradients,
  ...localResponseGradients,
  ...normalisationGradients,
  ...poolingGradients,
  ...reductionGradients,
  ...resizeGradients,
  ...selectionGradients,
} satisfies RuleTable;
