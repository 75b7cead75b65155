import { readSamples, type Sample } from './prometheus.ts'

/** What one look at a stack's metrics tells; `null` what does not stand in them. */
export interface Observation {
  readonly waiting: number | null
  readonly inside: number | null
  /** Instances that take requests: none during a halt. */
  readonly instances: number | null
  /** In the order in which they were asked for; of all instances together. */
  readonly stations: readonly (StationObservation | null)[]
}

interface StationObservation {
  readonly busy: number
  readonly queued: number
  readonly slots: number
}

/** The families of the reference stack that are read, and of any stack that speaks as it does. */
const family = {
  waiting: 'dambreak_gate_waiting',
  inside: 'dambreak_gate_inside',
  halted: 'dambreak_gate_halted',
  instances: 'dambreak_instances',
  busy: 'dambreak_station_busy',
  queued: 'dambreak_station_queue_depth',
  slots: 'dambreak_station_slots',
} as const
const families: ReadonlySet<string> = new Set(Object.values(family))

/** Also what is missing, by family and station, and how many lines cannot be read. */
export function readObservation(
  text: string,
  stations: readonly string[],
): { observation: Observation; missing: string[]; malformed: number } {
  const { samples, malformed } = readSamples(text, families)
  const missing: string[] = []
  const sumOf = (name: string, station?: string): number | null => {
    const sum = sumOfLevels(samples, name, station)
    if (sum === null) missing.push(station === undefined ? name : `${name} of ${station}`)
    return sum
  }
  const isHalted = sumOfLevels(samples, family.halted) === 1
  const instances = sumOf(family.instances)
  const observation: Observation = {
    waiting: sumOf(family.waiting),
    inside: sumOf(family.inside),
    instances: isHalted && instances !== null ? 0 : instances,
    stations: stations.map((station) => {
      const busy = sumOf(family.busy, station)
      const queued = sumOf(family.queued, station)
      const slots = sumOf(family.slots, station)
      return busy === null || queued === null || slots === null ? null : { busy, queued, slots }
    }),
  }
  return { observation, missing, malformed }
}

/** A level is a number from 0 up; `null` where there is none, or one that is not. */
function sumOfLevels(samples: readonly Sample[], name: string, station?: string): number | null {
  let sum: number | null = null
  for (const sample of samples) {
    if (sample.name !== name) continue
    if (station !== undefined && sample.labels.get('station') !== station) continue
    if (!(sample.value >= 0 && sample.value <= Number.MAX_SAFE_INTEGER)) return null
    sum = (sum ?? 0) + sample.value
  }
  return sum
}
