/** The library's public face. Everything else may change from one version to the next. */
export { DambreakError, faultText, type ErrorKind, type Fault } from './core/errors.ts'
export { defineScenario } from './scenario/define.ts'
export { loadScenario, type LoadOptions } from './scenario/load.ts'
export { parseScenario, type LoadedScenario, type Parsed } from './scenario/parse.ts'
export type { Scenario, ScenarioInput } from './scenario/schema.ts'
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
export { fetchText } from './engine/live/fetch-text.ts'
export { resolveTarget, systemLookup } from './engine/live/target.ts'
export { importK6 } from './engine/k6/import/import-k6.ts'
export type { ImportEnvironment, K6File } from './engine/k6/import/k6-file.ts'
export {
  histogramOfBuckets,
  histogramsOfQuery,
  type BucketUnit,
} from './engine/k6/import/bucket-counts.ts'
export type { RunRecord, Summary, Timeline, Verdict } from './record/run.ts'
export { readRun, serialiseRun, writeRunDirectory } from './record/store.ts'
export { judge } from './model/verdict.ts'
export { renderReport } from './report/report.ts'
export { renderPlan, type PlanReportOptions } from './report/plan/plan-report.ts'
export { renderFit, type FitReportOptions } from './report/fit/fit-report.ts'
export type { ReportFormat, ReportOptions, ReportRun } from './report/types.ts'

// Queueing formulas, each with its equation and source; no engine needed.
// Little's law
export { meanNumber, meanTime, rateThrough } from './model/queueing/little.ts'
// Erlang B and C, M/M/c/K, Erlang A
export { erlangB, serversForBlocking, type LossSystem } from './model/queueing/erlang-b.ts'
export {
  delaySteadyState,
  erlangC,
  waitCdf,
  waitQuantile,
  type DelaySteadyState,
  type DelaySystem,
} from './model/queueing/erlang-c.ts'
export {
  boundedSteadyState,
  type BoundedSteadyState,
  type BoundedSystem,
} from './model/queueing/mmck.ts'
export {
  impatientSteadyState,
  type ImpatientSteadyState,
  type ImpatientSystem,
} from './model/queueing/erlang-a.ts'
// Many servers: Halfin–Whitt, Garnett, square-root staffing
export { betaForDelay, halfinWhittBeta, halfinWhittDelay } from './model/queueing/halfin-whitt.ts'
export { garnettLimit, type GarnettLimit } from './model/queueing/garnett.ts'
// General times: M/G/1 and G/G/c
export { pollaczekKhinchineWait } from './model/queueing/mg1.ts'
export { allenCunneenWait, type GeneralSystem } from './model/queueing/ggc.ts'
// Load that varies with time: modified offered load and the fluid
export {
  modifiedOfferedLoad,
  sinusoidalOfferedLoad,
  squareRootStaffing,
  type OfferedLoadInput,
  type OfferedLoadPath,
} from './model/queueing/offered-load.ts'
export {
  fluidPath,
  overloadedFluid,
  type FluidInput,
  type FluidPath,
  type OverloadedFluid,
} from './model/queueing/fluid.ts'
// Retries: the orbit, and where they keep a system down
export {
  retrialSteadyState,
  type RetrialSteadyState,
  type RetrialSystem,
} from './model/queueing/retrial.ts'
export {
  loadRegime,
  metastableBand,
  type LoadRegime,
  type MetastableBand,
} from './model/queueing/metastable.ts'
// Pools of resources that are held together
export { canDeadlock, smallestSafePool, type NestedPool } from './model/queueing/deadlock.ts'
// The Universal Scalability Law and its fit
export {
  peakConcurrency,
  peakThroughput,
  scaledLatency,
  scaledThroughput,
  type ScalabilityLaw,
} from './model/queueing/usl.ts'
export {
  estimateScalability,
  fitScalabilityLaw,
  predictScalability,
  type ScalabilityEstimate,
  type ScalabilityFit,
  type ScalabilityInterval,
  type ScalabilityOptions,
  type ScalabilityPoint,
} from './model/queueing/usl-fit.ts'
