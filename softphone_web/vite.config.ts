import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the controller. */
const controller = process.env.PBX_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
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
