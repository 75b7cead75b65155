import type { KnipConfig } from 'knip'

/** Findings of knip are mended, not ignored; every exception has its reason. */
export default ({ production: isProduction = false }: { production?: boolean }): KnipConfig => ({
  entry: [
    // The public faces and the command.
    'src/index.ts!',
    'src/queueing/index.ts!',
    'src/cli/main.ts!',
    // Started by path, as threads and processes of their own.
    'src/cli/doctor/bare-server.ts!',
    'src/cli/stack-child.ts!',
    'src/engine/live/live-thread.ts!',
    'src/engine/sim/sim-thread.ts!',
    'src/plan/plan-thread.ts!',
    'src/scenario/load/module-worker.ts!',
    // Bundled by lab/tools/bundles.ts.
    'scenarios/k6/surge.ts!',
    'src/engine/k6/script/linear-pattern.ts!',
    'src/report/html/browser/page.ts!',
    'src/stack/balancer/browser/page.ts!',
    // Laboratories: commands, and what they start by path.
    'src/lab/*.ts!',
    'src/lab/fuzz/fuzz-worker.ts!',
    'src/lab/tools/*.ts!',
    // Copied into a project outside by a test.
    'src/lab/package/*.ts!',
    'src/lab/testing/*-{server,worker}.ts',
    'src/**/testing/*-entry.ts',
    'src/engine/live/transport/testing/into-the-limit.ts',
    '.ci/*.ts',
  ],
  project: [
    'src/**/*.{ts,js}!',
    'scenarios/k6/*.ts!',
    '!src/**/*.test.ts!',
    '!src/**/testing/**!',
    // Made by 'npm run bundle'.
    '!src/**/*.bundle.js!',
    '.ci/*.ts',
  ],
  // In production mode: tests may look into a module at what its own file uses.
  ignoreExportsUsedInFile: isProduction,
  // k6 has its own modules, which '@types/k6' describes; tests require the other one without types.
  ignoreDependencies: ['k6', 'parse-prometheus-text-format'],
  // Tools of the machine that measurements and tests of pipes and full disks start.
  ignoreBinaries: ['mkfifo', 'mount', 'umount', 'taskset', 'wrk'],
})
