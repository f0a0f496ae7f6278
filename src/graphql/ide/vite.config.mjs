import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

/** GraphiQL and all that it needs, as files that the gateway serves itself: `vite build --config src/graphql/ide/vite.config.mjs`. */
export default defineConfig({
  root: here,
  base: '/graphql/ide/',
  logLevel: 'error',
  build: { outDir: fileURLToPath(new URL('../../../dist/ide', import.meta.url)), emptyOutDir: true, chunkSizeWarningLimit: 10_000 },
  worker: { format: 'es' },
})
