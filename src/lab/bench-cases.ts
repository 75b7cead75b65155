import { systemClock } from '../core/clock.ts'
import { hoursToSec, msToSec, secToMs, usToSec } from '../core/units.ts'
import { simulateFloor } from './floor.ts'
import { runSimulation } from '../engine/sim/run.ts'
import { loadScenario } from '../scenario/load/load.ts'
import { scaleScenario, type Scale } from '../scenario/scale.ts'
import { planArrivals } from '../workload/plan.ts'
import { populationOf } from '../workload/population.ts'
import { defaultSimEnvironment } from '../engine/sim-environment.ts'
import type { CaseName, Measurement } from './bench-targets.ts'

const nightName = '2021-07-19-ages-53-54'
const seed = 1

interface Counted {
  readonly tickets: number
  readonly fired: number
  readonly events: number
}

interface Case {
  /** Size of the crowd and pace of the clock when the bench is asked for `population`. */
  readonly scale: (population: number) => Scale
  /** Gets everything ready at that scale, then gives the work to be timed. */
  readonly prepare: (scale: Scale) => Promise<() => Counted>
}

/** The whole simulated engine, from the plan to the finished record. */
const simulated =
  (name: string): Case['prepare'] =>
  async (scale) => {
    const loaded = await loadScenario(name, { allowCode: false })
    const environment = defaultSimEnvironment()
    return () => {
      let fired = 0
      const onProgress = (progress: { fired: number }) => {
        fired = progress.fired
        return true
      }
      const options = { seed, ...scale, onProgress }
      const { summary, audit } = runSimulation(loaded, options, environment)
      return { tickets: summary.visitors.arrived, fired, events: audit.events }
    }
  }

/** Six million visitors over sixteen hours, and 640 servers that are busy for nine tenths of it. */
const floor: Case['prepare'] = async (scale) => {
  const crowd = ['population.people=6000000', 'population.participation=1']
  const set = [...crowd, 'population.devicesPerPerson=1']
  const { scenario } = await loadScenario(nightName, { allowCode: false, set })
  const scaled = scaleScenario(scenario, scale)
  const hours = 16
  return () => {
    const people = populationOf(scaled, seed)
    const plan = planArrivals(scaled, people, { seed, untilWallSec: hoursToSec(hours) })
    const { arrived, fired, changes } = simulateFloor(plan, {
      servers: Math.max(1, Math.round(640 * scale.population)),
      services: 5,
      meanServiceMs: 1100,
      untilMs: secToMs(hoursToSec(hours) - plan.fromWallSec),
      seed,
    })
    return { tickets: arrived, fired, events: changes }
  }
}

const atPopulation = (population: number): Scale => ({ population, speed: 1 })

const cases: Record<CaseName, Case> = {
  floor: { scale: atPopulation, prepare: floor },
  night: { scale: atPopulation, prepare: simulated(nightName) },
  'night-x10': {
    // Ten times the crowd on a clock ten times as slow: the load on the stations, and with it what
    // becomes of a ticket, is that of the night. On the night's own clock every request fails, people
    // come back more often, and sixty million tickets become eighty.
    scale: (population) => ({ population: 10 * population, speed: 0.1 }),
    prepare: simulated(nightName),
  },
  // Small as it is.
  smoke: { scale: () => atPopulation(1), prepare: simulated('smoke') },
}

/**
 * Runs one case and measures it, in the process that it is called in: peak memory is that of the
 * process since its start, so a process is good for one case.
 */
export async function measureCase(name: CaseName, population: number): Promise<Measurement> {
  const scale = cases[name].scale(population)
  const work = await cases[name].prepare(scale)
  const cpuBefore = process.cpuUsage()
  const startMs = systemClock.monotonicMs()
  const { tickets, fired, events } = work()
  const wallSec = msToSec(systemClock.monotonicMs() - startMs)
  const cpu = process.cpuUsage(cpuBefore)
  const peakRssBytes = process.resourceUsage().maxRSS * 1024
  return {
    case: name,
    ...scale,
    tickets,
    events,
    wallSec: rounded(wallSec),
    cpuSec: rounded(usToSec(cpu.user + cpu.system)),
    eventsPerSec: Math.round(events / wallSec),
    fired,
    firedPerSec: Math.round(fired / wallSec),
    peakRssBytes,
    peakRssBytesPerTicket: Math.round(peakRssBytes / tickets),
  }
}

/** To the millisecond. */
function rounded(sec: number): number {
  return msToSec(Math.round(secToMs(sec)))
}
