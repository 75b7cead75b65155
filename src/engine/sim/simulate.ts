import type { FindingName } from '../../core/codes.ts'
import { msToSec } from '../../core/units.ts'
import { Recorder } from '../../record/recorder.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { maxInstancesOf } from '../../scenario/size.ts'
import { planBundles } from '../../workload/bundle-plan.ts'
import { planArrivals } from '../../workload/plan.ts'
import { populationOf } from '../../workload/population.ts'
import { Controls } from './controls.ts'
import { windowOf, type RunWindow } from '../window.ts'
import { closeBooks, type LittleSides } from './close-books.ts'
import { BucketLevels } from './bucket-levels.ts'
import { bundleSize, type Coarseness, type Grain } from './grain.ts'
import { SimTimer } from './state.ts'
import { World } from './world.ts'
import type { EventDetail } from '../../record/event-detail.ts'

export interface SimProgress {
  /** Scenario seconds after the opening. */
  atSec: number
  tickets: number
  waiting: number
  inside: number
  booked: number
  events: number
  fired: number
}

export interface SimOptions {
  seed: number
  /** What services are drawn by, where not by `seed`: the same crowd once more, on another luck. */
  serviceSeed?: number
  /** Scenario seconds a wall second covers; the scenario must have been scaled by it already. */
  speed?: number
  /** Cuts the run at this many scenario seconds after the opening. */
  untilSec?: number
  /** How coarse it may be; absent: as fine as can be. */
  grain?: Grain
  /** Called once a timeline bucket; false stops the run there. */
  onProgress?: (progress: SimProgress) => boolean
}

export interface SimResult {
  recorder: Recorder
  window: RunWindow
  events: { atSec: number; kind: string; detail: EventDetail }[]
  people: { eligible: number; came: number; booked: number; gaveUp: number }
  inventory: { offered: number; left: number } | null
  findings: Record<FindingName, number>
  tickets: number
  /** Events the wheel fired. */
  fired: number
  /** State changes of one visitor or one request; an event of the wheel may make several. */
  changes: number
  /** How coarse it was. */
  grain: Coarseness
  /** False if `onProgress` stopped it. */
  finished: boolean
  /** Both sides of Little's law, per station and for the waiting room, visitor-milliseconds. */
  little: Record<string, LittleSides>
}

/**
 * Simulates one opening: a pure function of scenario and options. A scenario that runs at a scale
 * or speed other than 1 must have been through `scaleScenario` first.
 */
export function simulate(scenario: Scenario, options: SimOptions): SimResult {
  const { seed, serviceSeed = seed, speed = 1, untilSec = Infinity } = options
  const population = populationOf(scenario, seed)
  const lengthSec = msToSec(Date.parse(scenario.endsAt) - Date.parse(scenario.opensAt))
  const untilWallSec = Math.min(untilSec, lengthSec) / speed
  const size = bundleSize(population, options.grain)
  const plan =
    size === 1
      ? planArrivals(scenario, population, { seed, untilWallSec })
      : planBundles(scenario, population, { seed, untilWallSec, size })
  const window = windowOf(scenario, { speed, fromSec: plan.fromWallSec * speed, untilSec })
  const recorder = new Recorder({
    startSec: window.startSec,
    bucketSec: window.bucketSec,
    buckets: window.buckets,
    opensAtMs: window.opensAtMs * speed,
    steps: scenario.journey.map((entry) => entry.step),
    stations: scenario.stack.stations.map((station) => station.name),
    punctual: true,
  })
  const maxInstances = maxInstancesOf(scenario)
  const world = new World({
    scenario,
    population,
    plan,
    window,
    seed,
    serviceSeed,
    maxInstances,
    recorder,
  })
  const controls = new Controls(world, window, scenario.stack.bootSec)
  if (options.grain?.skip === true) world.skipWhatRepeats(() => controls.nextMs())
  const finished = run(world, controls, options)
  world.skipper?.finish()
  const lengthMs = window.endsAtMs - window.opensAtMs
  return {
    ...closeBooks(world),
    recorder,
    window,
    events: controls.performed,
    tickets: world.state.tickets,
    fired: world.state.wheel.fired,
    changes: world.state.changes,
    grain: {
      ticketsPerRow: size,
      skippedShare: (world.skipper?.skippedMs ?? 0) / lengthMs,
      skips: world.skipper?.skips ?? 0,
    },
    finished,
  }
}

/** The event loop; false if it was stopped. */
function run(world: World, controls: Controls, options: SimOptions): boolean {
  const { wheel, window } = world.state
  const levels = new BucketLevels(world)
  for (;;) {
    const id = wheel.pop(window.endsAtMs)
    if (id < 0) break
    if (id > SimTimer.watch) world.fire(id)
    else if (id === SimTimer.arrival) world.arriveNext()
    else if (id !== SimTimer.bucket) fireTimer(id, world, controls)
    else {
      levels.close(wheel.nowMs)
      if (options.onProgress?.(progressOf(world)) === false) return false
    }
  }
  wheel.nowMs = Math.max(wheel.nowMs, window.endsAtMs)
  levels.close(wheel.nowMs)
  return true
}

function fireTimer(id: number, world: World, controls: Controls): void {
  if (id === SimTimer.turn) world.line.callTurn()
  else if (id === SimTimer.second) world.line.tick()
  else if (id === SimTimer.returns) world.batches?.comeAgain()
  else if (id === SimTimer.watch) world.skipper?.look()
  else {
    world.skipper?.disturb()
    controls.fire(world.state.wheel.nowMs)
  }
}

function progressOf({ state }: World): SimProgress {
  const { wheel, window } = state
  return {
    atSec: msToSec((wheel.nowMs - window.opensAtMs) * window.speed),
    tickets: state.tickets,
    waiting: state.gate.waiting,
    inside: state.inside,
    booked: state.ledger.booked,
    events: state.changes,
    fired: wheel.fired,
  }
}
