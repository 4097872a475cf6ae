// Responses as the page gets them: with the headers that make it cross-origin isolated, so that WASM threads work.

/** What a plain static host does not send. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
} as const;

/** The same response with the headers of an isolated page. */
export function isolated(response: Response): Response {
  // An error response, or one of another origin, cannot be read: it is passed on as it came.
  if (response.status === 0) return response;
  const headers = plainHeaders(response);
  for (const [name, value] of Object.entries(isolation)) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(mayHaveBody(status) ? response.body : null, { status, statusText, headers });
}

/** The headers without those that describe how the body came over the network: it has been unpacked since. */
export function plainHeaders(response: Response): Headers {
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Transfer-Encoding"]) headers.delete(name);
  return headers;
}

/** The statuses for which the `Response` constructor takes no body. */
function mayHaveBody(status: number): boolean {
  return ![204, 205, 304].includes(status);
}
