// The worked example of docs/gradients-in-graphs.md: what it shows is what the code makes, and its numbers are right.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { exposeOutputs } from "../../src/core/anatomy/expose.ts";
import { writeOnnx } from "../../src/core/onnx/write-onnx.ts";
import { runModel } from "../support/ort.ts";
import { differentiatedExample, exampleModel, writtenNodes } from "./example/worked-example.ts";

const page = readFileSync(resolve(import.meta.dirname, "../../docs/gradients-in-graphs.md"), "utf8");
const { model } = differentiatedExample();
const added = writtenNodes(model, exampleModel().graph.nodes.length);

async function run(...x: readonly number[]) {
  const names = model.graph.nodes.flatMap(({ outputs }) => outputs);
  const feeds = {
    x: { data: Float32Array.from(x), shape: [1, 2] },
    seed: { data: Float32Array.of(1), shape: [1, 1] },
  };
  const outputs = await runModel(writeOnnx(exposeOutputs(model, names)).bytes, feeds);
  return new Map(names.map((name) => [name.replace("backward/", ""), [...outputs[name]!.data]]));
}

const written = (numbers: readonly number[]) => numbers.map((value) => value.toFixed(4)).join(" ");

describe("the worked example", () => {
  it("shows the nodes that are written, in their order", () => {
    for (const line of writtenNodes(exampleModel())) expect(page.replaceAll(/ +/g, " ")).toContain(line);
    expect(page).toContain(added.map((line) => `    ${line}`).join("\n"));
  });

  it("shows the numbers that the runtime computes", async () => {
    const values = await run(1, 2);
    const rows = [...values].map(([name, numbers]) => `${name.padEnd(24)}${written(numbers)}`);
    console.log(["x = [1 2]", ...rows].join("\n"));
    expect(page).toContain(`\`attention = [${written(values.get("attention")!)}]\``);
    expect(page).toContain(`\`y = ${written(values.get("y")!)}\``);
    for (const name of added.map((line) => line.split(" = ")[0]!)) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\``));
      expect(row, name).toContain(`\`${written(values.get(name)!)}\``);
    }
  });

  it("has the gradient that differences have, and the page's difference is right", async () => {
    const gradient = (await run(1, 2)).get("gradient of x")!;
    const scoreAt = async (...x: readonly number[]) => (await run(...x)).get("y")![0]!;
    const step = 1 / 64;
    const slopes = [
      ((await scoreAt(1 + step, 2)) - (await scoreAt(1 - step, 2))) / (2 * step),
      ((await scoreAt(1, 2 + step)) - (await scoreAt(1, 2 - step))) / (2 * step),
    ];
    console.log(`differences              ${written(slopes)}`);
    for (const [place, slope] of slopes.entries()) expect(gradient[place]).toBeCloseTo(slope, 3);
    const raised = await scoreAt(1.001, 2);
    expect(page).toContain(`\`y\` becomes ${written([raised])}`);
    expect(raised - (await scoreAt(1, 2))).toBeCloseTo(0.001 * gradient[0]!, 5);
  });
});
