// Rows for operators that move, repeat, pick and join elements.
import {
  type CaseInput,
  distinct,
  type Fixed,
  type GradientCase,
  integer,
  integers,
  smooth,
} from "./case.ts";

const bare = (
  rule: string,
  form: string,
  inputs: readonly CaseInput[],
  extra: Partial<GradientCase> = {},
): GradientCase => ({
  ...{ rule, form, inputs },
  ...extra,
});

const moving: readonly GradientCase[] = [
  bare("Reshape", "with -1 and 0", [smooth([2, 3, 4]), integers(0, -1)]),
  bare("Flatten", "from the second axis", [smooth([2, 3, 4])], { attributes: { axis: 2 } }),
  bare("Squeeze", "named axes", [smooth([1, 3, 1]), integers(-1)]),
  bare("Squeeze", "all axes of 1, as an attribute", [smooth([1, 3, 1])], {
    opset: 11,
    attributes: { axes: [0] },
  }),
  bare("Unsqueeze", "axes as input", [smooth([3, 2]), integers(0, -1)]),
  bare("Unsqueeze", "axes as attribute", [smooth([3, 2])], { opset: 11, attributes: { axes: [1] } }),
  bare("Transpose", "reversed", [smooth([2, 3, 4])]),
  bare("Transpose", "heads", [smooth([2, 5, 3, 4])], { attributes: { perm: [0, 2, 1, 3] } }),
  bare("Transpose", "a cycle", [smooth([2, 3, 4, 5])], { attributes: { perm: [3, 0, 2, 1] } }),
  bare("Transpose", "only axes of 1 move", [smooth([1, 3, 1, 2])], { attributes: { perm: [2, 1, 0, 3] } }),
  bare("Expand", "new axes and repeats", [smooth([3, 1]), integers(2, 3, 4)]),
  bare("Expand", "smaller than the input", [smooth([2, 3]), integers(1)]),
  bare("Tile", "two axes", [smooth([2, 3]), integers(2, 3)]),
  bare("Identity", "plain", [smooth([2, 3])]),
  bare("Dropout", "at rest", [smooth([2, 3])]),
  bare("Cast", "to the same type", [smooth([2, 3])], { attributes: { to: 11 } }),
  bare("Cast", "to single precision", [smooth([2, 3])], { attributes: { to: 1 }, single: true }),
  bare("CastLike", "to the type of another", [smooth([2, 3]), smooth([1])]),
  bare("DepthToSpace", "by blocks", [smooth([1, 8, 2, 3])], { attributes: { blocksize: 2 } }),
  bare("DepthToSpace", "by channels", [smooth([1, 8, 2, 3])], { attributes: { blocksize: 2, mode: "CRD" } }),
  bare("SpaceToDepth", "by blocks", [smooth([1, 2, 4, 6])], { attributes: { blocksize: 2 }, single: true }),
];

/** What exporters write for the end; no axis is longer. */
const ends = Number.MAX_SAFE_INTEGER;

const slices: readonly GradientCase[] = [
  bare("Slice", "one axis", [smooth([2, 5]), integers(1), integers(4), integers(1)]),
  bare("Slice", "axes left out", [smooth([4, 5]), integers(1, 0), integers(3, 2)]),
  bare("Slice", "up to the largest integer", [
    smooth([2, 5]),
    integers(2),
    integers(ends),
    integers(-1),
    integers(1),
  ]),
  bare("Slice", "every other", [smooth([2, 6]), integers(0), integers(ends), integers(1), integers(2)]),
  bare("Slice", "every other from the second", [
    smooth([2, 6]),
    integers(1),
    integers(ends),
    integers(1),
    integers(2),
  ]),
  bare("Slice", "every third, not to the end", [
    smooth([8]),
    integers(1),
    integers(7),
    integers(0),
    integers(3),
  ]),
  bare("Slice", "backwards", [smooth([2, 5]), integers(-1), integers(-ends), integers(1), integers(-1)]),
  bare("Slice", "backwards by two", [smooth([2, 5]), integers(3), integers(0), integers(1), integers(-2)]),
  bare("Slice", "two axes at once", [
    smooth([4, 5, 2]),
    integers(1, -3),
    integers(3, -1),
    integers(0, 1),
    integers(1, 1),
  ]),
  bare("Slice", "bounds as attributes", [smooth([2, 5])], {
    opset: 9,
    attributes: { starts: [1], ends: [3], axes: [1] },
    single: true,
  }),
];

const matrix = (rows: readonly (readonly number[])[]): Fixed => ({
  dims: [rows.length, rows[0]!.length],
  values: rows.flat(),
  type: "int64",
});

const picking: readonly GradientCase[] = [
  bare("Split", "even", [smooth([2, 6]), integers(2, 2, 2)], { results: 3, attributes: { axis: 1 } }),
  bare("Split", "uneven", [smooth([5, 2]), integers(1, 4)], { results: 2, attributes: { axis: -2 } }),
  bare("Split", "parts counted", [smooth([7, 2])], { results: 3, attributes: { num_outputs: 3 } }),
  bare("Split", "lengths as attribute", [smooth([2, 6])], {
    results: 2,
    opset: 11,
    attributes: { axis: 1, split: [2, 4] },
  }),
  bare("Concat", "three parts", [smooth([2, 1]), smooth([2, 3]), smooth([2, 2])], {
    attributes: { axis: -1 },
  }),
  bare("Gather", "one", [smooth([3, 4, 2]), integer(1)], { attributes: { axis: 1 } }),
  bare("Gather", "counted from the end", [smooth([3, 4]), integer(-1)]),
  bare("Gather", "a run", [smooth([5, 2]), integers(1, 2, 3)]),
  bare("Gather", "another order", [smooth([2, 4]), integers(3, 0, 2, 1)], { attributes: { axis: 1 } }),
  bare("Gather", "some twice, some never", [smooth([2, 4]), integers(2, 0, 2, 2)], {
    attributes: { axis: -1 },
  }),
  bare("Gather", "a table", [
    smooth([5, 3]),
    matrix([
      [0, 4, 4],
      [1, 0, 2],
    ]),
  ]),
  bare("Gather", "one that only a run tells", [smooth([3, 4, 2]), { ...integer(-3), fed: true }], {
    attributes: { axis: 1 },
  }),
  bare("Gather", "a table that only a run tells", [smooth([5, 3]), { ...matrix([[0, 4, -1]]), fed: true }]),
  bare("GatherND", "one row", [smooth([2, 3, 4]), matrix([[1, 2]])]),
  bare("GatherND", "rows, one of them twice", [smooth([3, 4]), matrix([[2], [0], [2]])]),
  bare(
    "GatherElements",
    "along the last axis",
    [
      smooth([2, 3]),
      matrix([
        [0, 0, 2],
        [1, 0, 1],
      ]),
    ],
    { attributes: { axis: 1 } },
  ),
  bare("ScatterND", "rows replaced", [smooth([4, 2]), matrix([[2], [0]]), smooth([2, 2])]),
  bare("ScatterND", "rows added", [smooth([4, 2]), matrix([[2], [2]]), smooth([2, 2])], {
    attributes: { reduction: "add" },
  }),
  bare("ScatterElements", "replaced", [smooth([2, 3]), matrix([[2], [0]]), smooth([2, 1])], {
    attributes: { axis: 1 },
  }),
  bare(
    "ScatterElements",
    "added",
    [
      smooth([2, 3]),
      matrix([
        [1, 1],
        [0, 1],
      ]),
      smooth([2, 2]),
    ],
    {
      attributes: { axis: 1, reduction: "add" },
    },
  ),
  bare("TopK", "the largest two", [distinct([2, 5]), integers(2)], { others: 1 }),
  bare("Pad", "zeros", [smooth([2, 3]), integers(0, 1, 2, 0)]),
  bare("Pad", "cut off where negative", [smooth([4, 3]), integers(-1, 1, 0, -1)]),
  bare("Pad", "edge", [smooth([2, 3]), integers(0, 2, 0, 1)], { attributes: { mode: "edge" } }),
  bare("Pad", "reflected", [smooth([2, 4]), integers(0, 2, 0, 3)], { attributes: { mode: "reflect" } }),
  bare("Pad", "wrapped", [smooth([2, 4]), integers(0, 2, 0, 3)], { attributes: { mode: "wrap" } }),
  bare("Pad", "named axes", [smooth([2, 4, 3]), integers(1, 2), null, integers(1)]),
  bare("Pad", "as attribute", [smooth([2, 3])], { opset: 9, attributes: { pads: [0, 1, 1, 0] } }),
  bare("Trilu", "upper", [smooth([2, 4, 4])]),
  bare("Trilu", "lower, shifted", [smooth([4, 5]), integer(1)], { attributes: { upper: 0 } }),
  bare("CumSum", "plain", [smooth([2, 4]), integer(1)]),
  bare("CumSum", "exclusive from the end", [smooth([2, 4]), integer(0)], {
    attributes: { exclusive: 1, reverse: 1 },
  }),
];

export const layoutCases: readonly GradientCase[] = [...moving, ...slices, ...picking];
