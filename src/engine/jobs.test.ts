import { describe, expect, test } from "vitest";
import { breathe, createJobs, throwIfAborted } from "./jobs.ts";

const cancelled = expect.objectContaining({ code: "job/cancelled" });

test("a job that was cancelled before does not begin", async () => {
  const jobs = createJobs();
  let begun = false;
  jobs.cancel(1);
  const task = jobs.run(1, async () => {
    begun = true;
  });
  await expect(task).rejects.toEqual(cancelled);
  expect(begun).toBe(false);
});

test("a cancel ends a job at its next breath, and other jobs go on", async () => {
  const jobs = createJobs();
  const steps: string[] = [];
  const work = (job: number) =>
    jobs.run(job, async (signal) => {
      for (let step = 0; step < 3; step++) {
        await breathe(signal);
        steps.push(`${job}.${step}`);
        if (job === 1 && step === 0) jobs.cancel(1);
      }
      return job;
    });
  const [first, second] = await Promise.allSettled([work(1), work(2)]);
  expect(first).toEqual({ status: "rejected", reason: cancelled });
  expect(second).toEqual({ status: "fulfilled", value: 2 });
  expect(steps.filter((step) => step.startsWith("1"))).toEqual(["1.0"]);
});

test("a result that is ready when the cancel comes is dropped", async () => {
  const jobs = createJobs();
  const task = jobs.run(1, async () => {
    jobs.cancel(1);
    return "late";
  });
  await expect(task).rejects.toEqual(cancelled);
});

test("what an aborted fetch throws counts as the cancel it is; other errors stay what they are", async () => {
  const jobs = createJobs();
  const aborted = jobs.run(1, async (signal) => {
    setTimeout(() => jobs.cancel(1), 0);
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  await expect(aborted).rejects.toEqual(cancelled);
  const broken = jobs.run(2, async () => {
    throw new RangeError("broken");
  });
  await expect(broken).rejects.toEqual(new RangeError("broken"));
});

test("old jobs are forgotten, new ones are not", async () => {
  const jobs = createJobs();
  for (let job = 0; job < 1000; job++) jobs.cancel(job);
  await expect(jobs.run(999, async () => 1)).rejects.toEqual(cancelled);
  await expect(jobs.run(1000, async () => 1)).resolves.toBe(1);
});

describe("revisiting", () => {
  test("a cancel ends what is running, and nothing that comes later", async () => {
    const jobs = createJobs();
    const running = jobs.revisit(1, async (signal) => {
      jobs.cancel(1);
      throwIfAborted(signal);
    });
    await expect(running).rejects.toMatchObject({ code: "job/cancelled" });
    expect(await jobs.revisit(1, async () => "again")).toBe("again");
    await expect(jobs.run(1, async () => "new")).rejects.toMatchObject({ code: "job/cancelled" });
  });

  test("other jobs go on", async () => {
    const jobs = createJobs();
    const result = jobs.revisit(2, async (signal) => {
      jobs.cancel(1);
      throwIfAborted(signal);
      return "done";
    });
    expect(await result).toBe("done");
  });
});
