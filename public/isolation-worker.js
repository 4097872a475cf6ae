// Service worker for static hosts: adds the two headers that make a page cross-origin isolated. It does nothing else
// and caches nothing. Only src/isolation.ts registers it, and only where the host does not send the headers itself.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  // Other origins are asked with CORS, which an isolated page may read as they are.
  if (new URL(request.url).origin !== self.location.origin) return;
  // A request that may only be answered from the HTTP cache cannot be repeated here.
  if (request.cache === "only-if-cached" && request.mode !== "same-origin") return;
  event.respondWith(withIsolation(request));
});

async function withIsolation(request) {
  const response = await fetch(request);
  // Redirects and opaque answers cannot be read, so they are passed on as they came.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
