import { End, type FindingName } from '../../core/codes.ts'
import { Recorder } from '../../record/recorder.ts'
import type { Scenario } from '../../scenario/schema.ts'
import { planArrivals } from '../../workload/plan.ts'
import { populationOf, type Population } from '../../workload/population.ts'
import { Action, Flag, NO_END } from '../../workload/rows.ts'
import { Controls } from './controls.ts'
import { windowOf, type RunWindow } from './window.ts'
import { Timers, World, type LittleSides } from './world.ts'

// Local names: V8 folds a module's own constants, but reads an imported one anew at every use.
const Timer = Timers

export interface SimProgress {
  /** Scenario seconds after the opening. */
  atSec: number
  tickets: number
  waiting: number
  inside: number
  booked: number
  events: number
}

export interface SimOptions {
  seed: number
  /** Scenario seconds a wall second covers; the scenario must have been scaled by it already. */
  speed?: number
  /** Cuts the run at this many scenario seconds after the opening. */
  untilSec?: number
  /** Called once a timeline bucket; false stops the run there. */
  onProgress?: (progress: SimProgress) => boolean
}

export interface SimResult {
  recorder: Recorder
  window: RunWindow
  events: { atSec: number; kind: string; detail: string }[]
  people: { eligible: number; came: number; booked: number; gaveUp: number }
  inventory: { offered: number; left: number } | null
  findings: Record<FindingName, number>
  tickets: number
  fired: number
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
  const { seed, speed = 1, untilSec = Infinity } = options
  const population = populationOf(scenario, seed)
  const lengthSec = (Date.parse(scenario.endsAt) - Date.parse(scenario.opensAt)) / 1000
  const plan = planArrivals(scenario, population, {
    seed,
    untilSec: Math.min(untilSec, lengthSec) / speed,
  })
  const window = windowOf(scenario, { speed, fromSec: plan.fromSec * speed, untilSec })
  const counts = window.events.map(({ timed: { event } }) => (event.kind === 'instances' ? event.count : 0))
  const recorder = new Recorder({
    startSec: window.startSec,
    bucketSec: window.bucketSec,
    buckets: window.buckets,
    opensAtMs: window.opensAtMs * speed,
    steps: scenario.journey.map((entry) => entry.step),
    stations: scenario.stack.stations.map((station) => station.name),
  })
  const world = new World(
    scenario,
    { population, plan, window, seed, maxInstances: Math.max(scenario.stack.instances, ...counts) },
    recorder,
  )
  const controls = new Controls(world, window, scenario.stack.bootSec)
  const finished = run(world, controls, { window, recorder, options })
  return finish(world, { controls, window, recorder, population, finished })
}

/** The event loop; false if it was stopped. */
function run(
  world: World,
  controls: Controls,
  { window, recorder, options }: { window: RunWindow; recorder: Recorder; options: SimOptions },
): boolean {
  const { wheel } = world
  const levels = new BucketLevels(world, window, recorder)
  for (;;) {
    const id = wheel.pop(window.endsAtMs)
    if (id < 0) break
    const nowMs = wheel.nowMs
    if (id > Timer.control) {
      world.fire(id, nowMs)
      continue
    }
    switch (id) {
      case Timer.arrival:
        world.arriveNext(nowMs)
        break
      case Timer.turn:
        world.callTurn(nowMs)
        break
      case Timer.second:
        world.gateTick(nowMs)
        break
      case Timer.control:
        controls.fire(nowMs)
        break
      case Timer.bucket:
        levels.close(nowMs)
        if (options.onProgress?.(progressOf(world, window, nowMs)) === false) return false
    }
  }
  wheel.nowMs = Math.max(wheel.nowMs, window.endsAtMs)
  levels.close(wheel.nowMs)
  return true
}

function progressOf(world: World, window: RunWindow, nowMs: number): SimProgress {
  return {
    atSec: ((nowMs - window.opensAtMs) * window.speed) / 1000,
    tickets: world.tickets,
    waiting: world.gate.waiting,
    inside: world.inside,
    booked: world.ledger.booked,
    events: world.wheel.fired,
  }
}

/** Hands the recorder each bucket's mean levels as the bucket closes. */
class BucketLevels {
  private bucket = 0
  private startMs = 0
  private readonly world: World
  private readonly window: RunWindow
  private readonly recorder: Recorder

  constructor(world: World, window: RunWindow, recorder: Recorder) {
    this.world = world
    this.window = window
    this.recorder = recorder
  }

  close(nowMs: number): void {
    const { world, window, recorder, bucket } = this
    const spanMs = nowMs - this.startMs
    if (spanMs <= 0 || bucket >= window.buckets) return
    const { instances } = world.servers
    const polls = world.halted ? 0 : world.gate.pollsPerSec(world.ratePerSec())
    const { waiting, inside } = world.takeMeans(nowMs, spanMs)
    recorder.levels(bucket, waiting, inside, polls, world.halted ? 0 : instances)
    for (let s = 0; s < world.servers.levels.busy.length; s++) {
      const means = world.servers.levels.takeMeans(s, nowMs, spanMs)
      recorder.station(bucket, s, means.busy, means.queue, means.busy / world.servers.slotsUp(s))
    }
    this.bucket++
    this.startMs = nowMs
    world.wheel.schedule(Timer.bucket, nowMs + (window.bucketSec * 1000) / window.speed)
  }
}

/** Closes the books: tickets without an end are unfinished, waits without one are censored. */
function finish(
  world: World,
  parts: {
    controls: Controls
    window: RunWindow
    recorder: Recorder
    population: Population
    finished: boolean
  },
): SimResult {
  const { rows, servers, ledger } = world
  const nowMs = world.wheel.nowMs
  const stillTrying = new Uint8Array(parts.population.came)
  for (let v = world.firstRow; v < rows.length; v++) {
    const person = rows.person(v)
    if (rows.action(v) === Action.knock) stillTrying[person] = 1
    if (rows.end(v) !== NO_END || !rows.has(v, Flag.issued)) continue
    stillTrying[person] = 1
    if (rows.has(v, Flag.waiting)) world.leaveLine(v, nowMs)
    parts.recorder.ended(world.scenarioMs(nowMs), End.unfinished)
  }
  servers.settle(nowMs)
  let trying = 0
  for (let p = 0; p < stillTrying.length; p++) {
    if (stillTrying[p] === 1 && ledger.personBooked[p] === 0) trying++
  }
  for (const [name, n] of Object.entries(ledger.findings)) {
    parts.recorder.finding(name as FindingName, n)
  }
  return {
    recorder: parts.recorder,
    window: parts.window,
    events: parts.controls.performed,
    people: {
      eligible: parts.population.eligible,
      came: world.peopleCame,
      booked: ledger.booked,
      gaveUp: Math.max(0, world.peopleCame - ledger.booked - trying),
    },
    inventory: ledger.inventory(),
    findings: ledger.findings,
    tickets: world.tickets,
    fired: world.wheel.fired,
    finished: parts.finished,
    little: world.little(),
  }
}
