/**
 * Queueing formulas, each with its equation and source; no engine needed. Published as the subpath
 * `dambreak/queueing`.
 */

// Little's law
export { meanNumber, meanTime, rateThrough } from './little.ts'
// Erlang B and C, M/M/c/K, Erlang A
export { erlangB, serversForBlocking, type LossSystem } from './erlang-b.ts'
export {
  delaySteadyState,
  erlangC,
  waitCdf,
  waitQuantile,
  type DelaySteadyState,
  type DelaySystem,
} from './erlang-c.ts'
export { boundedSteadyState, type BoundedSteadyState, type BoundedSystem } from './mmck.ts'
export {
  impatientSteadyState,
  type ImpatientSteadyState,
  type ImpatientSystem,
} from './erlang-a.ts'
// Many servers: Halfin–Whitt, Garnett, square-root staffing
export { betaForDelay, halfinWhittBeta, halfinWhittDelay } from './halfin-whitt.ts'
export { garnettLimit, type GarnettLimit } from './garnett.ts'
// General times: M/G/1 and G/G/c
export { pollaczekKhinchineWait } from './mg1.ts'
export { allenCunneenWait, type GeneralSystem } from './ggc.ts'
// Load that varies with time: modified offered load and the fluid
export {
  modifiedOfferedLoad,
  sinusoidalOfferedLoad,
  squareRootStaffing,
  type OfferedLoadInput,
  type OfferedLoadPath,
} from './offered-load.ts'
export {
  fluidPath,
  overloadedFluid,
  type FluidInput,
  type FluidPath,
  type OverloadedFluid,
} from './fluid.ts'
// Retries: the orbit, and where they keep a system down
export { retrialSteadyState, type RetrialSteadyState, type RetrialSystem } from './retrial.ts'
export { loadRegime, metastableBand, type LoadRegime, type MetastableBand } from './metastable.ts'
// Pools of resources that are held together
export { canDeadlock, smallestSafePool, type NestedPool } from './deadlock.ts'
// The Universal Scalability Law and its fit
export {
  peakConcurrency,
  peakThroughput,
  scaledLatency,
  scaledThroughput,
  type ScalabilityLaw,
} from './usl.ts'
export {
  estimateScalability,
  fitScalabilityLaw,
  predictScalability,
  type ScalabilityEstimate,
  type ScalabilityFit,
  type NotIdentified,
  type ScalabilityInterval,
  type ScalabilityOptions,
  type ScalabilityPoint,
} from './usl-fit.ts'
