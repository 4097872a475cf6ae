// A plain static host: files, no headers of its own, below any sub-path. Run: tsx tools/static-server.ts [folder] [port] [sub-path]
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { sendListed, sendMirror } from "./http/send-listed.ts";

/** How to serve a folder. */
export interface StaticHost {
  readonly folder: string;
  /** Begins and ends with a slash; `/` by default. */
  readonly subPath?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Sent with every answer; none by default, as on the plainest of hosts. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Folder served below `models-mirror/` in place of the one in `folder`. */
  readonly mirror?: string;
}

/** A server that runs, and how to reach and end it. */
export interface RunningHost {
  /** Address of the page, with the sub-path. */
  readonly url: string;
  /** Paths asked for so far, in order, relative to the sub-path, without query. */
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Serves `folder` on 127.0.0.1 until `close` is called. Outside the sub-path everything is 404. */
export async function startStaticServer(host: StaticHost): Promise<RunningHost> {
  const subPath = host.subPath ?? "/";
  const requests: string[] = [];
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(host.headers ?? {})) response.setHeader(name, value);
    const path = (request.url ?? "").split("?")[0];
    if (path.startsWith(subPath)) requests.push(path.slice(subPath.length));
    answer(host, subPath, path, request, response).catch((error: Error) => response.destroy(error));
  });
  await new Promise<void>((ready) => server.listen(host.port ?? 0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${subPath}`, requests, close: () => close(server) };
}

async function answer(
  host: StaticHost,
  subPath: string,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!path.startsWith(subPath)) {
    response.writeHead(404).end();
    return;
  }
  const wanted = path.slice(subPath.length);
  const inMirror = host.mirror !== undefined && wanted.startsWith("models-mirror/");
  if (inMirror) await sendMirror(request, response, host.mirror, wanted.slice("models-mirror/".length));
  else await sendListed(request, response, host.folder, wanted === "" ? "index.html" : wanted);
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder = "dist", port = "8080", subPath = "/"] = process.argv.slice(2);
  const root = resolve(folder);
  const running = await startStaticServer({ folder: root, port: Number(port), subPath });
  process.stdout.write(`${root} is served at ${running.url}\n`);
}
