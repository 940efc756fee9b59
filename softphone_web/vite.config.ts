import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the controller. */
const controller = process.env.PBX_URL ?? "http://127.0.0.1:8080";

const WORKER = "sw.js";

/** The service worker is one file without imports, and another one whenever a file of the app is. */
function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle(_, bundle) {
      const worker = bundle[WORKER];
      if (worker?.type !== "chunk") throw new Error(`${WORKER} was not built`);
      if (worker.imports.length > 0) throw new Error(`${WORKER} shares ${worker.imports}`);
      const hash = createHash("sha256");
      for (const name of Object.keys(bundle).sort()) hash.update(name);
      for (const name of ["offline.html", "offline.css"]) {
        hash.update(readFileSync(new URL(`public/${name}`, import.meta.url)));
      }
      const version = JSON.stringify(hash.digest("hex").slice(0, 12));
      worker.code = worker.code.replaceAll("__VERSION__", version);
    },
  };
}

/** Customers' links open a page of their own, in development as from the controller. */
function bookingPage(): Plugin {
  return {
    name: "booking-page",
    configureServer: ({ middlewares }) => {
      middlewares.use((request, _, next) => {
        if (request.url?.startsWith("/book/")) request.url = "/book.html";
        next();
      });
    },
  };
}

export default defineConfig({
  plugins: [react(), bookingPage(), serviceWorker()],
  build: {
    rolldownOptions: {
      input: { index: "index.html", book: "book.html", sw: "src/push/worker/sw.ts" },
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? WORKER : "assets/[name]-[hash].js"),
      },
    },
    target: "es2023",
    // Every asset is a file of its own, so that a strict content security policy holds.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      "/api": { target: controller, ws: true },
      "/demo": { target: controller },
    },
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
  },
});
