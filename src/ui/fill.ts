// Puts values into the `{places}` of a sentence; the compiler knows which places a sentence has.

type Places<Template extends string> = Template extends `${string}{${infer Place}}${infer Rest}`
  ? Place | Places<Rest>
  : never;

/** `fill("{n} threads", { n: 2 })` is `2 threads`; a missing or misspelt place does not compile. */
export function fill<const Template extends string>(
  template: Template,
  values: Readonly<Record<Places<Template>, string | number>>,
): string {
  const known: Readonly<Record<string, string | number>> = values;
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(known[name] ?? place));
}
