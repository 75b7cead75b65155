/**
 * The library's public face: nine functions that do what the commands do, with a default
 * environment. Everything else may change from one version to the next. Queueing formulas are at
 * `dambreak/queueing`.
 */
export { DambreakError, faultText, type ErrorKind, type Fault } from './core/errors.ts'

export { defineScenario } from './scenario/schema/define.ts'
export type { Scenario, ScenarioInput } from './scenario/schema/schema.ts'
export type { LoadedScenario } from './scenario/load/parse.ts'
export {
  loadJudgeable as loadScenario,
  type LoadScenarioOptions,
} from './objectives/load-judgeable.ts'

export type { JobProgress as SimulationProgress } from './engine/worker.ts'
export { simulateScenario as simulate, type SimulateOptions } from './engine/simulate-scenario.ts'
export {
  rehearseScenario as rehearse,
  type ConnectionMode,
  type RehearseOptions,
} from './engine/live/rehearse.ts'
export type { RehearsalView, ServerSide } from './engine/live/rehearsal-companions.ts'

export {
  importMeasured as importRun,
  type ImportedRun,
  type ImportRunOptions,
} from './engine/import-run.ts'

export { fitScenario as fit, type FitScenarioOptions } from './report/fit/fit-scenario.ts'
export type { FitInput, FitResult } from './fit/fit.ts'

export type { RunHeader, RunRecord, Summary, Timeline, Verdict } from './record/run.ts'
export { readRun, writeRun } from './record/store.ts'

export { planScenario as plan, type PlanNotice, type PlanOptions } from './plan/plan-scenario.ts'
export type { PlanProgress } from './plan/expected-trials.ts'
export type { Plan } from './plan/plan-record.ts'
export { readPlan } from './plan/plan-file.ts'

export { compareSides as compare } from './compare/compare-sides.ts'
export type {
  CompareOptions,
  ComparedFigure,
  MismatchKind,
  RunComparison,
} from './compare/compare.ts'

export { gate, type GatedRun, type GateQuestion, type GateVerdict } from './gate/gate.ts'
export type { GateCheck, GateSubject } from './gate/check.ts'
export type { GateBaseline } from './gate/regression.ts'

export {
  reportFiles as report,
  type ReportFiles,
  type ReportFilesOptions,
  type ReportSubject,
} from './report/report-files.ts'
export type { ReportFormat } from './report/types.ts'

/** Histograms of what k6 counted, from Prometheus or from pairs of a bucket and its count. */
export {
  histogramOfBuckets,
  histogramsOfQuery,
  type BucketUnit,
} from './engine/k6/import/bucket-counts.ts'
