// The words of the method picker, its cards, settings and figures.

export const methodStrings = {
  title: "Method",
  about: "About {label}",
  search: "Search {count} methods",
  noMatch: "No method matches.",
  families: {
    rollout: "Attention and rollout",
    gradient: "Gradients on attention",
    relevance: "Relevance propagation",
    cam: "Class activation maps",
    input: "Gradients on pixels",
  },
  perClass: "per class",
  refusals: {
    "no-attention": "Not with this model: {reason}.",
    "no-stream": "Not with this model, whose tokens between the blocks cannot be told: {reason}.",
    "no-feature-map": "Not with this model: {reason}.",
    "no-gradient": "No gradient passes {operator} “{node}” of this model.",
    "no-gradient-because": "No gradient passes {operator} “{node}” of this model: {reason}.",
  },
  replaced: "{method} does not work with {model}, so {other} is shown. {reason}",
  card: {
    formula: "Formula",
    paper: "Source",
    caveats: "Know before you trust it",
    licence: "Licence",
    scope: "Depends on the class",
    perClass: "Yes: another class gives another map.",
    anyClass:
      "No: it is the same for every class. It shows what the model looked at, not why it chose a class.",
    newTab: "{cite}, opens in a new tab",
  },
  reset: "Reset",
  gradient: "Gradient rules",
  gradientHelp: "How gradients are taken through the network.",
  gradientRules: {
    exact: { label: "Exact", help: "The derivative of the class's logit." },
    libra: {
      label: "Libra",
      help: "LibraGrad: attention and the deviation in norms count as constants, activations as scales, so that the parts of the score add up.",
    },
    "libra-probability": {
      label: "Libra, p",
      help: "LibraGrad from the class's probability instead of its logit.",
    },
  },
  figures: "How far to trust it",
  stability: "Stability",
  stabilityHelp:
    "Spearman's rank correlation, −1 to 1, with the map of the same picture after noise that nobody sees. Near 1, the order of the patches can be trusted.",
  measureStability: "Measure",
  measuring: "Measuring …",
  lastLayer: "Last",
  layersBefore: "{count} before the last",
  featureLayer: "{place} · {rows} × {columns}",
  featureSize: "{rows} × {columns}, {channels} channels",
  everyHead: "All heads",
  oneHead: "Head {head}",
  presets: "Settings",
  presetNames: {
    correct: {
      label: "Correct defaults",
      help: "As defined, with the picture prepared as the model was trained.",
    },
    "vit-explain": {
      label: "vit-explain compatible",
      help: "Reproduces the vit-explain script bug for bug.",
    },
  },
  presetNotes: {
    rollout:
      "Reproduces the vit-explain script: columns are scaled instead of rows, strongest head, 90 % discarded, picture squashed and normalised with 0.5. Maps differ from the paper's.",
    gradientRollout:
      "Reproduces the vit-explain script: each layer takes another layer's gradient, before the softmax; columns are scaled instead of rows; picture squashed and normalised with 0.5.",
  },
  difference: "Show what the settings change",
  differenceHelp:
    "The map with these settings minus the map with the correct ones, both of the picture as it is framed now, each in multiples of its average patch.",
  layer: "Layer {layer}",
  heads: "Heads",
  headsOn: "{on} of {all} on",
  head: "Layer {layer}, head {head}",
  headsOfLayer: "Heads of layer {layer}",
  allHeads: "All on",
  headCaption: "Rows are layers, columns heads.",
} as const;
