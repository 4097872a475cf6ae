import { expect, test } from "vitest";
import { createQueue } from "./queue.ts";

test("tasks never overlap and keep their order, whatever becomes of those before them", async () => {
  const queue = createQueue();
  const events: string[] = [];
  const task = (name: string, milliseconds: number, fails = false) =>
    queue(async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      events.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([task("slow", 20), task("failing", 5, true), task("quick", 0)]);
  expect(events).toEqual([
    "slow begins",
    "slow ends",
    "failing begins",
    "failing ends",
    "quick begins",
    "quick ends",
  ]);
  expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
