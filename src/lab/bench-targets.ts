/** What the bench measures, and what it is held against. Nothing here runs anything. */

export const caseNames = ['floor', 'night', 'night-x10', 'smoke'] as const
export type CaseName = (typeof caseNames)[number]

/** One case, measured in a process of its own; a line of the bench's output. */
export interface Measurement {
  readonly case: CaseName
  /** Factor on the scenario's crowd: 10 for `night-x10`. */
  readonly population: number
  /** Pace of the scenario's clock: 0.1 for `night-x10`, so that the load on the stations is kept. */
  readonly speed: number
  readonly tickets: number
  /** State changes of one visitor or one request. */
  readonly events: number
  readonly wallSec: number
  /** Processor time of the whole process, its garbage collector and compiler included. */
  readonly cpuSec: number
  readonly eventsPerSec: number
  /** Events the wheel fired, up to the last timeline bucket; one may make several state changes. */
  readonly fired: number
  readonly firedPerSec: number
  readonly peakRssBytes: number
  readonly peakRssBytesPerTicket: number
}

export interface Target {
  readonly name: string
  readonly target: string
  /** `null` where the case was not run. */
  readonly observed: number | null
  readonly met: boolean | null
}

/** The last line of the bench's output. */
export interface BenchSummary {
  readonly summary: {
    /** What the wheel fires a second in the night over what it does in the bare floor. */
    readonly nightOverFloor: number | null
    /** Processor time of ten times the night over that of the night. */
    readonly x10TimeRatio: number | null
  }
  readonly targets: readonly Target[]
  readonly machine: Record<string, string | number>
}

const at = (limit: number, isLeast: boolean, unit: string) => ({ limit, isLeast, unit })

/** Decimal, as in the reports: the stricter of the two readings. */
const MB = 1e6
const GB = 1e9

const limits = {
  'night.cpuSec': at(12, false, 's'),
  'night.peakRssMB': at(700, false, 'MB'),
  'night.eventsPerSec': at(4e6, true, '/s'),
  'night-x10.timeRatio': at(11, false, '× night'),
  'night-x10.peakRssGB': at(6, false, 'GB'),
} as const
type LimitName = keyof typeof limits

function ratio(a: number | undefined, b: number | undefined): number | null {
  return a === undefined || b === undefined || b === 0 ? null : a / b
}

/** Ratios and targets of what was measured; there are targets for the full crowd only. */
export function summariseBench(
  measured: readonly Measurement[],
  { isFullCrowd, machine }: Pick<BenchSummary, 'machine'> & { readonly isFullCrowd: boolean },
): BenchSummary {
  const of = (name: CaseName) => measured.find((one) => one.case === name)
  const [floor, night, x10] = [of('floor'), of('night'), of('night-x10')]
  const x10TimeRatio = ratio(x10?.cpuSec, night?.cpuSec)
  const observed: Record<LimitName, number | null> = {
    'night.cpuSec': night?.cpuSec ?? null,
    'night.peakRssMB': ratio(night?.peakRssBytes, MB),
    'night.eventsPerSec': night?.eventsPerSec ?? null,
    'night-x10.timeRatio': x10TimeRatio,
    'night-x10.peakRssGB': ratio(x10?.peakRssBytes, GB),
  }
  const names = Object.keys(limits) as LimitName[]
  return {
    summary: { nightOverFloor: ratio(night?.firedPerSec, floor?.firedPerSec), x10TimeRatio },
    targets: isFullCrowd ? names.map((name) => judged(name, observed[name])) : [],
    machine,
  }
}

function judged(name: LimitName, value: number | null): Target {
  const { limit, isLeast, unit } = limits[name]
  const target = `${isLeast ? 'at least' : 'at most'} ${limit} ${unit}`
  const met = value === null ? null : isLeast ? value >= limit : value <= limit
  return { name, target, observed: value, met }
}
