// One thing after the other.

export type Queue = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** A queue of its own: a task begins when all that were queued before it have settled, however they ended. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    return result;
  };
}
