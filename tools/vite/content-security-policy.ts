// What the page may load and where it may connect: a header in preview, a <meta> in the built page.
import type { Plugin } from "vite";

const modelHosts = [
  "https://huggingface.co",
  "https://*.huggingface.co",
  "https://*.hf.co",
  "https://raw.githubusercontent.com",
];

const directives: Readonly<Record<string, readonly string[]>> = {
  "default-src": ["'self'"],
  "script-src": ["'self'", "'wasm-unsafe-eval'"],
  "worker-src": ["'self'", "blob:"],
  "connect-src": ["'self'", "blob:", ...modelHosts],
  "img-src": ["'self'", "blob:", "data:"],
  "style-src": ["'self'", "'unsafe-inline'"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
};

/** The policy as one header value. It names no host that an image could be sent to, and no way to make code from text. */
export const contentSecurityPolicy = Object.entries(directives)
  .map(([directive, sources]) => [directive, ...sources].join(" "))
  .join("; ");

/** The policy for the dev server, whose hot reloading needs inline scripts and a socket. */
export const developmentPolicy = contentSecurityPolicy
  .replace("'wasm-unsafe-eval'", "'wasm-unsafe-eval' 'unsafe-inline'")
  .replace("connect-src 'self'", "connect-src 'self' ws: wss:");

/** Puts the policy into the built page, for hosts that send no headers of their own. */
export function policyInPage(): Plugin {
  return {
    name: "patchlight:content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy },
        injectTo: "head-prepend",
      },
    ],
  };
}
