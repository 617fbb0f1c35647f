import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = 'http://127.0.0.1:8800';

export default defineConfig({
  plugins: [react()],
  build: {
    // Everything is a file of its own origin: a policy of `default-src 'self'` allows no data:
    // address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // `npm run dev` shows these sources with the data of a server that runs beside it.
  server: {
    proxy: {
      '/api': server,
      '/healthz': server,
      '/images': server,
      '/socket.io': { target: server, ws: true },
    },
  },
});
