// Every explanation method of Patchlight. Pickers, docs and goldens iterate this list.
import type { OptionValues } from "./method.ts";
import { rollout } from "./rollout.ts";

export const methods = [rollout] as const;

export type AnyMethod = (typeof methods)[number];
export type MethodId = AnyMethod["id"];
export type MethodById<Id extends MethodId> = Extract<AnyMethod, { readonly id: Id }>;
export type OptionsOf<Id extends MethodId> = OptionValues<MethodById<Id>["options"]>;
