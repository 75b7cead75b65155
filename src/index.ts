/** The library's public face. Everything else may change from one version to the next. */
export { DambreakError, faultText, type ErrorKind, type Fault } from './core/errors.ts'
export { defineScenario } from './scenario/schema/define.ts'
export { loadScenario, type LoadOptions } from './scenario/load/load.ts'
export { parseScenario, type LoadedScenario, type Parsed } from './scenario/load/parse.ts'
export type { Scenario, ScenarioInput } from './scenario/schema/schema.ts'
export { simulate, type SimOptions, type SimResult } from './engine/sim/simulate.ts'
export { runSimulation } from './engine/sim/run.ts'
export {
  runRehearsal,
  type Companions,
  type RehearsalEnvironment,
  type RehearsalOptions,
} from './engine/live/run.ts'
export { threadsAt, type StartThread } from './engine/live/crew.ts'
export { serveRehearsal } from './engine/live/live-worker.ts'
export { consentOf, type Consent } from './engine/live/consent.ts'
export { fetchText } from './engine/live/control/fetch-text.ts'
export { resolveTarget, systemLookup } from './engine/live/transport/target.ts'
export { importK6 } from './engine/k6/import/import-k6.ts'
export type { ImportEnvironment, K6File } from './engine/k6/import/k6-file.ts'
export {
  histogramOfBuckets,
  histogramsOfQuery,
  type BucketUnit,
} from './engine/k6/import/bucket-counts.ts'
export type { RunRecord, Summary, Timeline, Verdict } from './record/run.ts'
export { readRun, serialiseRun, writeRunDirectory } from './record/store.ts'
export { judge } from './objectives/verdict.ts'
export { renderReport } from './report/report.ts'
export { renderPlan, type PlanReportOptions } from './report/plan/plan-report.ts'
export { renderFit, type FitReportOptions } from './report/fit/fit-report.ts'
export type { ReportFormat, ReportOptions, ReportRun } from './report/types.ts'
