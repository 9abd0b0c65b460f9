import { defineConfig } from 'vitest/config';

/** These start the built program, or install the packed one, as its users do. */
const endToEnd = ['test/cli/**/*.test.ts', 'test/docs/**/*.test.ts', 'test/package/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: endToEnd } },
      { extends: true, test: { name: 'end-to-end', include: endToEnd } },
    ],
  },
});
