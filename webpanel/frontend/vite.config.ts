import { readdirSync, existsSync } from "node:fs";
import { defineConfig } from "vite";

/** A page is a folder with a main.tsx, or a main.ts where the server draws it. */
const pages = readdirSync("src").flatMap((folder) =>
  ["main.tsx", "main.ts"].map((name) => `src/${folder}/${name}`).filter((path) => existsSync(path)),
);

export default defineConfig({
  base: "/static/built/",
  build: {
    outDir: "../static/built",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0, // the content policy allows files of our own, nothing inline
    rollupOptions: { input: pages },
  },
});
