import { defineConfig } from "vite";

// The page is built into the Python package, where `blocs serve` and the wheel find it.
export default defineConfig({
  base: "./",
  build: {
    outDir: "../src/blocs/web/assets",
    emptyOutDir: true,
    assetsInlineLimit: 0, // no data: addresses, the content security policy forbids them
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: true,
  },
});
