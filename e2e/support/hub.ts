// Plays the model hubs on this machine: HTTPS under their real names, their redirects and CORS headers, and their bad days.
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { generate } from "selfsigned";
import type { ModelDescriptor } from "../../src/core/models/descriptor.ts";
import { models } from "../../src/core/models/registry.ts";
import { witnesses } from "../../tests/support/witnesses.ts";
import { answer, contentHost, type Misfortune, rawHost, resolveHost } from "./hub-replies.ts";

export interface HubRequest {
  readonly method: string;
  /** Address that the browser asked for. */
  readonly url: string;
  /** The `Range` header. */
  readonly range: string | undefined;
}

export interface Hub {
  /** Flags that lead Chromium's requests for the hubs' hosts here. */
  readonly chromiumArguments: readonly string[];
  /** What was asked for since the last `reset`, redirects included. */
  readonly requests: readonly HubRequest[];
  /** Puts a file at an address of a hub, in place of what was there. */
  readonly publish: (url: string, bytes: Uint8Array) => void;
  /** Lets every request for this address end like this; with `times`, only the next so many. */
  readonly strike: (url: string, misfortune: Misfortune, times?: number) => void;
  /** All files as the mirror has them, no misfortunes, no requests. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

interface Strike {
  readonly misfortune: Misfortune;
  left: number;
}

/** Starts a hub on a free port. It has the files of the registry's hub sources that are in the mirror's folder. */
export async function startHub(folder: string = witnesses.models): Promise<Hub> {
  const files = new Map<string, Uint8Array>();
  const strikes = new Map<string, Strike>();
  const requests: HubRequest[] = [];
  const { private: key, cert } = await generate([{ name: "commonName", value: resolveHost }], {
    keyType: "ec",
    algorithm: "sha256",
  });

  const server = createServer({ key, cert }, (request, response) => {
    const host = request.headers.host ?? "";
    const path = request.url ?? "/";
    requests.push({
      method: request.method ?? "",
      url: `https://${host}${path}`,
      range: request.headers.range,
    });
    // A misfortune belongs to the address that the app knows, and happens where the content is.
    const known = `https://${host === contentHost ? resolveHost : host}${path}`;
    const bytes = files.get(known);
    const strike = host === resolveHost && bytes ? undefined : nextStrike(strikes, known);
    answer(request, response, { host, path, bytes, misfortune: strike }).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  function reset(): void {
    files.clear();
    strikes.clear();
    requests.length = 0;
    for (const [url, path] of publishedFiles(folder)) files.set(url, readFileSync(path));
  }
  reset();
  const hubRules = [resolveHost, contentHost, rawHost].map((host) => `MAP ${host} 127.0.0.1:${port}`);
  // Pages under a name of their own are not secure, as those of localhost are: some tests want that.
  const rules = [...hubRules, "MAP *.test 127.0.0.1"];
  return {
    chromiumArguments: [`--host-resolver-rules=${rules.join(", ")}`, "--ignore-certificate-errors"],
    requests,
    publish: (url, bytes) => files.set(url, bytes),
    strike: (url, misfortune, times = Number.POSITIVE_INFINITY) =>
      strikes.set(url, { misfortune, left: times }),
    reset,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Hub addresses of the registry, each with the file of the same model in the mirror's folder. */
function publishedFiles(folder: string): [url: string, path: string][] {
  const everyModel: readonly ModelDescriptor[] = models;
  return everyModel
    .flatMap((model) => model.files)
    .flatMap(({ sources }): [string, string][] => {
      const mirrored = sources.find((source) => source.kind === "mirror");
      const path = mirrored && resolve(folder, mirrored.location);
      if (path === undefined || !existsSync(path)) return [];
      return sources.filter((source) => source.kind === "hub").map((source) => [source.location, path]);
    });
}

function nextStrike(strikes: Map<string, Strike>, url: string): Misfortune | undefined {
  const strike = strikes.get(url);
  if (!strike || strike.left <= 0) return undefined;
  strike.left -= 1;
  return strike.misfortune;
}
