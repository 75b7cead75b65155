import { instantText } from './prove-clock.ts'
import type { Mapping } from '../scenario/plain.ts'

/** Numbers of one visit, of what they are: what the stack is started with, or a guess. */
interface VisitNumbers {
  readonly meanMs: unknown
  readonly cv: unknown
}

interface StationNumbers {
  readonly slots: unknown
  readonly contention: unknown
  readonly coherency: unknown
}

/** The numbers of a case's two stations: `web` of each instance, `db` shared. */
export interface StackNumbers {
  readonly web: VisitNumbers & StationNumbers
  readonly db: VisitNumbers & StationNumbers
}

/** One stack of the proof: its real numbers, and the rates at which it is rehearsed and tried. */
export interface ProofCase {
  readonly name: string
  readonly bottleneck: string
  /** What the stack runs with; neither fit nor prediction sees it. */
  readonly truth: StackNumbers
  /** Visitors a second of one block for 1, 2, 3 and 4 instances: at ease, and more than it can. */
  readonly easePerSec: readonly number[]
  readonly fullPerSec: readonly number[]
  /** Of the surges on 6 and on 10 instances. */
  readonly surgePerSec: Readonly<Record<6 | 10, number>>
}

export const proofCases: readonly ProofCase[] = [
  {
    name: 'workers',
    bottleneck: 'the workers of each instance',
    truth: {
      web: { meanMs: 230, cv: 0.6, slots: 3, contention: 0.03, coherency: 0 },
      db: { meanMs: 14, cv: 0.8, slots: 20, contention: 0.01, coherency: 0 },
    },
    easePerSec: [6, 12, 18, 24],
    fullPerSec: [16, 32, 48, 64],
    surgePerSec: { 6: 154, 10: 256 },
  },
  {
    name: 'pool',
    bottleneck: 'the database pool, for which workers wait with their slot held',
    truth: {
      web: { meanMs: 80, cv: 0.5, slots: 6, contention: 0.005, coherency: 0 },
      db: { meanMs: 140, cv: 0.6, slots: 8, contention: 0.01, coherency: 0 },
    },
    easePerSec: [12, 24, 30, 30],
    fullPerSec: [36, 66, 70, 70],
    surgePerSec: { 6: 112, 10: 112 },
  },
  {
    name: 'contention',
    bottleneck: 'contention and coherency of the shared database',
    truth: {
      web: { meanMs: 60, cv: 0.5, slots: 8, contention: 0.002, coherency: 0 },
      db: { meanMs: 170, cv: 0.5, slots: 20, contention: 0.025, coherency: 0.0008 },
    },
    easePerSec: [14, 26, 34, 40],
    fullPerSec: [38, 68, 84, 86],
    surgePerSec: { 6: 140, 10: 140 },
  },
]

/** Without a source: each is a number of its own. */
const assumed = (low: number, mid: number, high: number) => ({
  low,
  mid,
  high,
  evidence: 'assumed',
})

/** What a fit starts from: the same for every case. */
export const guess: StackNumbers = {
  web: {
    meanMs: assumed(20, 120, 700),
    cv: assumed(0.2, 0.6, 1.5),
    slots: assumed(1, 6, 40),
    contention: assumed(0, 0.02, 0.1),
    coherency: assumed(0, 0.0005, 0.005),
  },
  db: {
    meanMs: assumed(4, 60, 600),
    cv: assumed(0.2, 0.6, 1.5),
    slots: assumed(2, 16, 80),
    contention: assumed(0, 0.02, 0.1),
    coherency: assumed(0, 0.0005, 0.005),
  },
}

const opensAt = '2021-07-19T20:00:00+09:00'
/** Seconds of a block of the rehearsal: at ease, then full, then nobody while the queue drains. */
export const blockSec = { ease: 8, full: 10, rest: 6 } as const
const wholeBlockSec = blockSec.ease + blockSec.full + blockSec.rest
/** A surge, its whole run, and when nobody is left of it, in seconds after its beginning. */
export const surgeSpan = { surgeSec: 14, overSec: 38, runSec: 40 } as const

/** One visitor at the very end: a run goes on, and is watched, until nobody is left to come. */
const straggler = (lengthSec: number) => ({ kind: 'replay', timesSec: [lengthSec - 1.5] })

/** A scenario of these numbers: one page, which holds a worker while it is in the database. */
function scenarioOf(name: string, { web, db }: StackNumbers, rest: Mapping): Mapping {
  const visit = ({ meanMs, cv }: VisitNumbers) => ({ dist: 'lognormal', mean: meanMs, cv })
  const station = ({ slots, contention, coherency }: StationNumbers) => ({
    slots,
    backlog: 400,
    contention,
    coherency,
  })
  const offers = Array.from({ length: 40 }, (_, i) => ({
    place: `clinic-${i + 1}`,
    date: '2021-07-26',
    slots: 10_000,
  }))
  const { instances, ...more } = rest
  return {
    name,
    opensAt,
    population: { people: 4000 },
    waitingRoom: { protocol: 'none', admission: { perSec: 1000 } },
    journey: [
      {
        step: 'book',
        visits: [
          { station: 'web', serviceMs: visit(web), holds: true },
          { station: 'db', serviceMs: visit(db) },
        ],
        timeoutMs: 60_000,
      },
    ],
    stack: {
      instances,
      bootSec: 0.5,
      stations: [
        { name: 'web', perInstance: true, ...station(web) },
        { name: 'db', shared: true, ...station(db) },
      ],
    },
    inventory: { offers },
    ...more,
  }
}

const startOf = (count: number) => (count - 1) * wholeBlockSec

function stepsOf({ easePerSec, fullPerSec }: ProofCase, count: number): Mapping[] {
  const startSec = startOf(count)
  return [
    { kind: 'constant', perSec: easePerSec[count - 1], forSec: blockSec.ease, startSec },
    {
      kind: 'constant',
      perSec: fullPerSec[count - 1],
      forSec: blockSec.full,
      startSec: startSec + blockSec.ease,
    },
  ]
}

/** Steps of load on 1, 2, 3 and 4 instances, of which those of `--short` are the first two. */
export function rehearsalOf(of: ProofCase, numbers: StackNumbers, blocks = 4): Mapping {
  const counts = Array.from({ length: blocks }, (_, i) => i + 1)
  return scenarioOf(`prove-${of.name}`, numbers, {
    instances: 1,
    endsAt: instantText(opensAt, blocks * wholeBlockSec),
    arrivals: [...counts.flatMap((count) => stepsOf(of, count)), straggler(blocks * wholeBlockSec)],
    timeline: counts.slice(1).map((count) => ({
      at: instantText(opensAt, startOf(count) - 3),
      kind: 'instances',
      count,
    })),
  })
}

/** A surge beyond what `instances` instances can do, and time to drain. */
export function surgeOf(of: ProofCase, numbers: StackNumbers, instances: 6 | 10): Mapping {
  return scenarioOf(`prove-${of.name}-${instances}`, numbers, {
    instances,
    endsAt: instantText(opensAt, surgeSpan.runSec),
    arrivals: [
      { kind: 'constant', perSec: of.surgePerSec[instances], forSec: surgeSpan.surgeSec },
      straggler(surgeSpan.runSec),
    ],
  })
}
