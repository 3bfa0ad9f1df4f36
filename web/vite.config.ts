import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const FONTS = ["source-serif-4", "source-sans-3"];

/** The fonts travel with their licence, as the scripts do with theirs. */
function fontLicences(): Plugin {
  return {
    name: "font-licences",
    generateBundle() {
      const texts = FONTS.map((font) => `${font}\n\n${readFileSync(new URL(`./node_modules/@fontsource-variable/${font}/LICENSE`, import.meta.url), "utf8")}`);
      this.emitFile({ type: "asset", fileName: "fonts.txt", source: texts.join("\n\n") });
    },
  };
}

// The page is built into the Python package, where `blocs serve` and the wheel find it.
export default defineConfig({
  base: "./",
  plugins: [fontLicences()],
  build: {
    outDir: "../src/blocs/web/assets",
    emptyOutDir: true,
    assetsInlineLimit: 0, // no data: addresses, the content security policy forbids them
    modulePreload: { polyfill: false },
    target: "es2022",
    license: { fileName: "licences.txt" },
  },
});
