// The plans that are open in the runtime: few, because each holds the weights twice more.
import { buildPlan } from "./build-plan.ts";
import type { Network } from "./network.ts";
import { type OpenPlan, openPlan, type PlanForward } from "./open-plan.ts";
import { keyOfNeed, type PlainNeed } from "./tensor-need.ts";

export interface Plans {
  /**
   * Does something with a plan that fulfils all these needs: one that is open, the smallest if there are several, else
   * a new one. It is not closed meanwhile.
   * @param isExact whether the plan may do nothing else, as for paths, which run it again and again.
   * @throws autodiff/*, engine/session-failed, engine/device-lost, engine/worker-crashed; what `task` throws
   */
  use<Result>(
    needs: readonly PlainNeed[],
    isExact: boolean,
    task: (plan: OpenPlan) => Promise<Result>,
  ): Promise<Result>;
  /**
   * Runs the forward pass of the plan that the last explanation took, which gives all that the plain one gives and
   * saves the next picture a pass; null where that explanation took none.
   * @throws engine/run-failed, engine/device-lost, engine/worker-crashed
   */
  forwardAhead(pixels: Float32Array): Promise<PassAhead> | null;
  /** Is told of an explanation that took no plan. */
  rest(): void;
  release(): Promise<void>;
}

/** A forward pass that is there before anybody asked for it. */
export interface PassAhead {
  readonly plan: OpenPlan;
  readonly forward: PlanForward;
}

/** Of all sessions of open plans; the newest plan stays in any case. */
const mostWeightBytes = 600e6;
const mostPlans = 3;

/** @param open is replaced by tests. */
export function createPlans(network: Network, open: typeof openPlan = openPlan): Plans {
  /** Least recently used first. */
  let plans: readonly OpenPlan[] = [];
  const users = new Map<OpenPlan, number>();
  let favourite: OpenPlan | null = null;
  const most = Math.max(1, Math.min(mostPlans, Math.floor(mostWeightBytes / (2 * weightBytes(network)))));

  function known(keys: readonly string[], isExact: boolean): OpenPlan | undefined {
    return plans
      .filter(({ plan: { entries } }) => keys.every((key) => entries.has(key)))
      .filter(({ plan: { entries } }) => !isExact || entries.size === keys.length)
      .sort((one, other) => one.plan.entries.size - other.plan.entries.size)[0];
  }

  async function add(needs: readonly PlainNeed[]): Promise<OpenPlan> {
    const plan = buildPlan(network, needs);
    const idle = plans.filter((each) => !users.get(each));
    const leaving = idle.slice(0, Math.max(0, plans.length + 1 - most));
    plans = plans.filter((each) => !leaving.includes(each));
    if (favourite !== null && leaving.includes(favourite)) favourite = null;
    for (const each of leaving) await each.release();
    return open(network, plan);
  }

  async function hold<Result>(plan: OpenPlan, task: (plan: OpenPlan) => Promise<Result>): Promise<Result> {
    plans = [...plans.filter((each) => each !== plan), plan];
    users.set(plan, (users.get(plan) ?? 0) + 1);
    try {
      return await task(plan);
    } finally {
      const others = (users.get(plan) ?? 1) - 1;
      if (others === 0) users.delete(plan);
      else users.set(plan, others);
    }
  }

  return {
    async use(needs, isExact, task) {
      const keys = [...new Set(needs.map(keyOfNeed))];
      const plan = known(keys, isExact) ?? (await add(needs));
      if (!isExact) favourite = plan;
      return hold(plan, task);
    },
    forwardAhead(pixels) {
      if (favourite === null) return null;
      return hold(favourite, async (plan) => ({ plan, forward: await plan.forward(pixels) }));
    },
    rest() {
      favourite = null;
    },
    async release() {
      favourite = null;
      const all = plans;
      plans = [];
      for (const each of all) await each.release();
    },
  };
}

/** What a session on this network holds at least. */
function weightBytes({ model }: Network): number {
  return model.graph.initializers.reduce((sum, { data }) => {
    if (data.kind === "external") return sum + data.length;
    return data.kind === "raw" || data.kind === "packed" ? sum + data.bytes.length : sum;
  }, 1);
}
