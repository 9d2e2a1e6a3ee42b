import { defineConfig } from "vite";

export default defineConfig({
  base: "/static/built/",
  build: {
    outDir: "../static/built",
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0, // the content policy allows files of our own, nothing inline
    rollupOptions: { input: ["src/wallboard/main.tsx"] },
  },
});
