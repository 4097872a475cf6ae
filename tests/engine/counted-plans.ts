// Plans that tell what was run through them.
import type { Network } from "../../src/engine/plan/network.ts";
import { openPlan } from "../../src/engine/plan/open-plan.ts";
import { createPlans, type Plans } from "../../src/engine/plan/plans.ts";

/** `open`, `forward`, `backward` and `close` in the order in which they happened. */
export interface CountedPlans {
  readonly plans: Plans;
  readonly events: string[];
  count(event: string): number;
}

export function countedPlans(network: Network): CountedPlans {
  const events: string[] = [];
  const plans = createPlans(network, async (of, plan) => {
    events.push("open");
    const opened = await openPlan(of, plan);
    return {
      plan,
      forward: (pixels) => {
        events.push("forward");
        return opened.forward(pixels);
      },
      backward: (forward, target) => {
        events.push("backward");
        return opened.backward(forward, target);
      },
      release: () => {
        events.push("close");
        return opened.release();
      },
    };
  });
  return { plans, events, count: (event) => events.filter((each) => each === event).length };
}
