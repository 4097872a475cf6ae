// All files of a model together: their order, one origin, one error.
import { describe, expect, it } from "vitest";
import { fakePlatform, hexDigest, serve, someBytes } from "../../../tests/support/fake-platform.ts";
import type { DetectorDescriptor } from "../../core/models/descriptor.ts";
import { forgetModel, obtainModel } from "./obtain-model.ts";

const network = someBytes(3_000);
const weights = someBytes(70_000, 2);
const url = (name: string) => `https://hub.example/${name}`;

const model: DetectorDescriptor = {
  id: "pair",
  label: "A pair",
  task: "instance-segmentation",
  files: [
    {
      name: "pair/model.pb",
      sources: [{ kind: "hub", location: url("model.pb"), sha256: hexDigest(network) }],
    },
    { name: "pair/init.pb", sources: [{ kind: "hub", location: url("init.pb") }] },
  ],
  labels: ["background", "cat"],
  licence: "none",
  origin: "made up",
};

const routes = { [url("model.pb")]: serve(network), [url("init.pb")]: serve(weights) };

describe("obtainModel", () => {
  it("gives the files in the order of the descriptor, and the sum of their bytes", async () => {
    const platform = fakePlatform(routes);
    const { files, origin } = await obtainModel(model, platform.context);
    expect(files.map(hexDigest)).toEqual([hexDigest(network), hexDigest(weights)]);
    const digests = [
      { name: "pair/model.pb", sha256: hexDigest(network) },
      { name: "pair/init.pb", sha256: hexDigest(weights) },
    ];
    expect(origin).toEqual({ source: "hub", bytes: 73_000, files: digests, notices: [] });
    const again = await obtainModel(model, platform.reloaded());
    expect(again.origin).toMatchObject({ source: "cache", files: digests });
  });

  it("does not say that it came from the cache when a part of it was fetched", async () => {
    const platform = fakePlatform(routes);
    await obtainModel(model, platform.context);
    for (const key of platform.caches.entries.keys())
      if (key.includes("/file/") && key.includes("init.pb")) platform.caches.entries.delete(key);
    expect((await obtainModel(model, platform.reloaded())).origin.source).toBe("hub");
  });

  it("names the model when a file cannot be had", async () => {
    const { context } = fakePlatform({ [url("model.pb")]: serve(network) });
    await expect(obtainModel(model, context)).rejects.toMatchObject({
      code: "model/unavailable",
      details: { model: "A pair", tried: [`hub: ${url("init.pb")} unreachable (Failed to fetch)`] },
    });
  });

  it("collects the notices of all files", async () => {
    const { context } = fakePlatform(routes, { caches: undefined });
    expect((await obtainModel(model, context)).origin.notices).toHaveLength(2);
  });
});

describe("forgetModel", () => {
  it("deletes everything, pins included", async () => {
    const platform = fakePlatform(routes);
    await obtainModel(model, platform.context);
    expect(platform.caches.entries.size).toBe(3);
    await forgetModel(model, platform.context);
    expect(platform.caches.entries.size).toBe(0);
    expect((await obtainModel(model, platform.context)).origin.source).toBe("hub");
  });
});
