// Class names: by index, numbered where a list does not fit, an error where it cannot be read.
import { describe, expect, it } from "vitest";
import { type Answer, baseUrl, fakePlatform, offline, status } from "../../../tests/support/fake-platform.ts";
import { obtainLabels } from "./obtain-labels.ts";

const url = `${baseUrl}labels/pets.txt`;
const list =
  (text: string): Answer =>
  () =>
    new Response(text, { headers: { "content-type": "text/plain" } });

describe("obtainLabels", () => {
  it.each(["cat\ndog\ncrane\ncrane\n", "cat\r\ndog\r\ncrane\r\ncrane"])(
    "gives one name a line (%j)",
    async (text) => {
      const { context } = fakePlatform({ [url]: list(text) });
      expect(await obtainLabels("pets", 4, context)).toEqual(["cat", "dog", "crane", "crane"]);
    },
  );

  it.each([3, 5])("numbers the classes of a model that has %i of them", async (classes) => {
    const { context } = fakePlatform({ [url]: list("cat\ndog\ncrane\ncrane\n") });
    const labels = await obtainLabels("pets", classes, context);
    expect(labels).toHaveLength(classes);
    expect(labels[2]).toBe("class 2");
  });

  it.each([
    ["unreachable", offline],
    ["missing", status(404)],
    ["replaced by a page", status(200)],
  ] as const)("fails when the list is %s", async (_, answer) => {
    const { context } = fakePlatform({ [url]: answer });
    await expect(obtainLabels("pets", 4, context)).rejects.toMatchObject({
      code: "model/unavailable",
      details: { model: "class names pets", tried: [expect.stringContaining(url)] },
    });
  });

  it("can be cancelled", async () => {
    const { context, requests } = fakePlatform({ [url]: list("cat\n") }, { signal: AbortSignal.abort() });
    await expect(obtainLabels("pets", 1, context)).rejects.toMatchObject({ code: "job/cancelled" });
    expect(requests).toHaveLength(0);
  });
});
