import type { Probability, Range } from '../../plan/plan-figures.ts'
import type {
  AnalyticAnswer,
  Candidate,
  CollapseMap,
  LeverRow,
  MapCell,
  Plan,
  PlanHeader,
} from '../../plan/plan-record.ts'

/**
 * Plans in the shape of the evening of 19 July, made up for the tests of the report alone: the
 * figures are plausible and consistent, nothing more.
 */

const replications = 200
const slo = ['waitSec.p95 < 3600', 'errorShare < 0.01', 'people.booked >= 400000 at 23:00']

/** Share of the replications with its Wilson interval. */
function probability(share: number, count = replications): Probability {
  const value = Math.round(share * count) / count
  const z2 = 1.96 ** 2
  const middle = (value + z2 / (2 * count)) / (1 + z2 / count)
  const half =
    (1.96 * Math.sqrt((value * (1 - value)) / count + z2 / (4 * count ** 2))) / (1 + z2 / count)
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))

function headerOf(given: Partial<PlanHeader> = {}): PlanHeader {
  return {
    scenarioName: '2021-07-19-ages-53-54',
    workloadHash: '3f1c9a7b2d4e5f60718293a4b5c6d7e8',
    stackHash: 'a0b1c2d3e4f5061728394a5b6c7d8e9f',
    variant: 'base',
    seed: 1,
    population: 1,
    speed: 1,
    startedAt: '2026-03-02T09:14:07Z',
    opensAt: '2021-07-19T20:00:00+09:00',
    endsAt: '2021-07-20T12:00:00+09:00',
    probability: 0.95,
    slo,
    parameters: { from: 'ensemble', count: 31, members: 400 },
    prices: { currency: 'USD', instancePerHour: 2.4, lostBooking: 0.5, waitingPerHour: 0.02 },
    budgetPerHour: 60,
    versions: { dambreak: '0.1.0', node: '24.21.0' },
    ...given,
  }
}

/** 5th, 50th and 95th percentile around a middle; what lies beyond the run's end is not reached. */
function spread(mid: number, maxSec = Infinity): Range {
  const reached = (value: number) => (value > maxSec ? null : Math.round(value * 10) / 10)
  return { low: reached(mid * 0.6), mid: reached(mid), high: reached(mid * 1.7) }
}

const runSec = 16 * 3600
const none: Range = { low: null, mid: null, high: null }

const shown = (meetsSlo: boolean, waitSecP95: number) => ({ meetsSlo, waitSecP95 })

function analyticOf(instances: number): AnalyticAnswer {
  const offered = 12 * 4.3
  const load = (slots: number, perServer: number) => ({
    offeredLoad: perServer,
    slots,
    utilisation: perServer / slots,
    squareRootSlots: Math.ceil(perServer + Math.sqrt(perServer)),
    peakLoad: perServer,
    peakSlots: Math.ceil(perServer + Math.sqrt(perServer)),
    givenUpShare: 0,
  })
  const isOver = instances < 7
  return {
    stations: [
      { station: 'web', ...load(20 * instances, offered * 2.4) },
      { station: 'db', ...load(60, offered) },
    ],
    waitSecP95: isOver ? null : 19_000 / (instances - 4.5),
    drainSec: isOver ? null : 64_000 / (instances - 2),
    goodputPerSec: Math.min(9 * instances, 118),
    abandonShare: isOver ? null : 0.3 / (instances - 5),
    regime: isOver ? 'overloaded' : instances < 11 ? 'vulnerable' : 'stable',
    compared: instances !== 3,
    disagreements:
      instances === 8
        ? [
            {
              figure: 'waitSecP95',
              analytic: 5428,
              simulated: 4150,
              cause: { code: 'PatienceSpread', cv: 0.7 },
            },
          ]
        : [],
  }
}

function candidateOf(instances: number, priced: boolean): Candidate {
  const pMeets = logistic((instances - 8) * 2.6)
  const pCollapse = logistic((4.8 - instances) * 1.4)
  const mid = 19_000 / Math.max(0.3, instances - 4)
  const cost = Math.round(instances * 16 * (priced ? 2.4 : 1) * 100) / 100
  const isDecided = instances !== 9
  const count = isDecided ? replications : 800
  const pMeetsSlo = probability(instances === 9 ? 0.955 : pMeets, count)
  return {
    instances,
    verdict: pMeetsSlo.low >= 0.95 ? 'meets' : pMeetsSlo.high < 0.95 ? 'fails' : 'undecided',
    replications: count,
    pMeetsSlo,
    pCollapse: probability(pCollapse, count),
    waitSecP95: spread(mid, runSec),
    drainSec: spread(64_000 / Math.max(0.8, instances - 2), runSec),
    goodputPerSec: spread(Math.min(8.4 * instances, 110) * 0.8),
    booked: spread(Math.min(70_000 * instances, 840_000) * 0.8),
    cost,
    regret: priced
      ? 20 + (instances < 12 ? 6 * (12 - instances) ** 2 : 9 * (instances - 12))
      : null,
    objectives: slo.map((expr, at) => ({
      expr,
      pHolds: probability(logistic((instances - 8.2 + at * 2.1) * 1.7), count),
      observed:
        at === 0
          ? spread(mid, runSec)
          : at === 1
            ? spread(pCollapse * 0.4)
            : spread(Math.min(52_000 * instances, 460_000)),
    })),
    analytic: analyticOf(instances),
    confirmed:
      instances === 10 || instances === 9
        ? { draw: null, ...shown(true, mid), coarse: shown(true, mid * 1.01) }
        : instances === 8
          ? { draw: 6, ...shown(false, 4150), coarse: shown(false, 4120) }
          : null,
  }
}

/** Instances needed with a lever; without any: ten to meet the objectives, seven to avoid collapse. */
function lever(name: string, needs: [number | null, number | null], words = ''): LeverRow {
  const [instancesNeeded, instancesToAvoidCollapse] = needs
  return {
    pulled: [
      {
        code: 'Text',
        name,
        description: words === '' ? `${name}, everything else as it is` : words,
      },
    ],
    instancesNeeded,
    saves: instancesNeeded === null ? null : 10 - instancesNeeded,
    instancesToAvoidCollapse,
    savesToAvoidCollapse: instancesToAvoidCollapse === null ? null : 7 - instancesToAvoidCollapse,
    waitSecP95: instancesNeeded === null ? none : spread(2600),
    basis: { code: 'Screened', draws: 4, maxCollapses: 0 },
  }
}

const levers: readonly LeverRow[] = [
  lever('one ticket a person + random order', [4, 2], 'a person holds one ticket; drawn by lot'),
  lever('one ticket a person', [5, 3], 'further devices of a person get the ticket of the first'),
  lever('cohorts an hour apart', [6, 4], 'two birth years, each with an opening of its own'),
  lever('close the bypass', [8, 4], 'the booking page asks for a valid key'),
  lever('back-off told to clients', [9, 6], 'refused clients are told to wait 30 s'),
  lever('admission at 7 a second a server', [10, 5], 'the gate lets in less than servers can do'),
  lever('longer sessions', [11, 7], 'a session lasts twice as long'),
  lever('doors at Naver and Kakao', [null, 7], 'partners queue people before the one core'),
]

const crowd = [0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4]
const counts = Array.from({ length: 20 }, (_, at) => at + 1)

function cellsAt(tries: number): MapCell[][] {
  return counts.map((instances) =>
    crowd.map((factor): MapCell => {
      const load = (factor * (6.5 + tries * 0.25)) / instances
      if (load > 1.25) return 'collapses'
      if (load > 0.9) return 'metastable'
      return load > 0.72 ? 'slow' : 'drains'
    }),
  )
}

function collapseMap(): CollapseMap {
  const cell = cellsAt(6)
  const at = (i: number, j: number) => cell[i]?.[j]
  return {
    instances: counts,
    crowd,
    ownInstances: 4,
    cell,
    simulated: cell.map((row, i) =>
      row.map((own, j) =>
        [at(i - 1, j), at(i + 1, j), at(i, j - 1), at(i, j + 1)].some(
          (other) => other !== undefined && other !== own,
        ),
      ),
    ),
    inferred: cell.map((row, i) => row.map((_, j) => i < 2 && j > 6)),
    recovers: cell.map((row, i) =>
      row.map((own, j) => (own === 'collapses' ? i > 6 && j < 7 : null)),
    ),
    tries: 6,
    trigger: { code: 'HalfOfServersAway', atSec: 600, forSec: 180 },
    others: [2, 10].map((tries) => ({ tries, cell: cellsAt(tries) })),
  }
}

/** A plan that recommends ten of 1 to 20, with prices, levers and a map; nine are undecided. */
export function samplePlan(): Plan {
  const candidates = counts.map((instances) => candidateOf(instances, true))
  return {
    schemaVersion: 2,
    header: headerOf(),
    candidates,
    recommendation: {
      instances: 10,
      minRegretInstances: 12,
      probability: candidates[9]?.pMeetsSlo.value ?? null,
      reasons: [
        {
          code: 'AnswerMeets',
          instances: 10,
          pMeetsSlo: probability(0.995),
          replications,
          probability: 0.95,
        },
        { code: 'UndecidedBelow', instances: [9] },
        {
          code: 'MinRegret',
          instances: 12,
          regret: 20,
          draws: replications,
          isAnswer: false,
          isMaxTried: false,
        },
      ],
    },
    levers,
    sensitivity: [
      {
        parameter: 'population.devicesPerPerson',
        evidence: 'assumed',
        swing: 7,
        measure: 'instances',
        atLow: { value: 1.2, outcome: 6 },
        atHigh: { value: 2.4, outcome: 13 },
      },
      {
        parameter: 'behaviour.retry.tries',
        evidence: 'assumed',
        swing: 13,
        measure: 'instances',
        atLow: { value: 4, outcome: 8 },
        atHigh: { value: 8, outcome: null },
      },
      {
        parameter: 'journey[4].visits[1].serviceMs.mean',
        evidence: 'measured',
        swing: 3,
        measure: 'instances',
        atLow: { value: 80, outcome: 9 },
        atHigh: { value: 160, outcome: 12 },
      },
      {
        parameter: 'behaviour.patienceSec.mean',
        evidence: 'inferred',
        swing: -2,
        measure: 'instances',
        atLow: { value: 7200, outcome: 11 },
        atHigh: { value: 18_000, outcome: 9 },
      },
    ],
    collapseMap: collapseMap(),
    objectives: slo.map((expr, at) => ({
      expr,
      instancesNeeded: [10, 8, 6][at] ?? null,
      pHoldsAtMax: probability(1),
    })),
    measureNext: [
      {
        parameter: 'behaviour.retry.tries',
        evidence: 'assumed',
        source: 'JoongAng Ilbo: "trying again"',
        reason: { code: 'Swing', measure: 'instances', swing: 13, low: 4, high: 8 },
      },
      {
        parameter: 'population.devicesPerPerson',
        evidence: 'assumed',
        source: null,
        reason: { code: 'Swing', measure: 'instances', swing: 7, low: 1.2, high: 2.4 },
      },
    ],
    audit: {
      complete: true,
      replications: 4600,
      wallSec: 96.4,
      cpuSec: 187.2,
      grain: { code: 'Bundled', rows: 20_000 },
    },
  }
}

/** A plan of 4, 6, 8, 10 and 20 in which all fail, without prices, levers and map. */
export function failingPlan(): Plan {
  const plan = samplePlan()
  const tried = plan.candidates.filter(({ instances }) => [4, 6, 8, 10, 20].includes(instances))
  const candidates = tried.map((candidate): Candidate => ({
    ...candidate,
    verdict: 'fails',
    pMeetsSlo: probability(candidate.instances / 100),
    cost: candidate.instances * 16,
    regret: null,
    confirmed: null,
  }))
  return {
    ...plan,
    header: headerOf({
      prices: {
        currency: 'USD',
        instancePerHour: null,
        lostBooking: null,
        waitingPerHour: null,
      },
      budgetPerHour: null,
      parameters: { from: 'intervals', count: 31, members: null },
    }),
    candidates,
    recommendation: {
      instances: null,
      minRegretInstances: null,
      probability: null,
      reasons: [
        {
          code: 'ObjectiveFails',
          expr: 'waitSec.p95 < 3600',
          instances: 20,
          pHolds: probability(0.2),
          observedMid: 5400,
        },
      ],
    },
    levers: [],
    sensitivity: [
      {
        parameter: 'behaviour.reenter.probability',
        evidence: 'assumed',
        swing: -0.31,
        measure: 'pMeetsSlo',
        atLow: { value: 0.35, outcome: 0.42 },
        atHigh: { value: 0.6, outcome: 0.11 },
      },
      {
        parameter: 'behaviour.patienceSec.mean',
        evidence: 'assumed',
        swing: 4100,
        measure: 'waitSecP95',
        atLow: { value: 7200, outcome: 5200 },
        atHigh: { value: 18_000, outcome: 9300 },
      },
    ],
    collapseMap: null,
    objectives: plan.objectives.map((need, at) => ({
      ...need,
      instancesNeeded: at === 0 ? null : need.instancesNeeded,
      pHoldsAtMax: probability(at === 0 ? 0.2 : 1),
    })),
  }
}

/** A plan that few replications left undecided, much of it not observed. */
export function undecidedPlan(): Plan {
  const plan = samplePlan()
  const candidates = plan.candidates.slice(7, 11).map((candidate): Candidate => ({
    ...candidate,
    verdict: candidate.instances === 8 ? 'fails' : 'undecided',
    replications: 20,
    pMeetsSlo: probability(candidate.instances === 8 ? 0.4 : 0.95, 20),
    waitSecP95: candidate.instances === 8 ? none : { low: 1800, mid: null, high: null },
    drainSec: none,
    goodputPerSec: none,
    booked: none,
    regret: null,
    confirmed: null,
    objectives: candidate.objectives.map((one) => ({ ...one, observed: none })),
    analytic: {
      ...candidate.analytic,
      stations: [],
      waitSecP95: null,
      drainSec: null,
      goodputPerSec: null,
      abandonShare: null,
      disagreements: [],
    },
  }))
  return {
    ...plan,
    candidates,
    recommendation: {
      instances: null,
      minRegretInstances: null,
      probability: null,
      reasons: [{ code: 'Undecided', instances: [9, 10, 11] }],
    },
    levers: [lever('one ticket a person', [null, null])],
    sensitivity: [],
    collapseMap: null,
    measureNext: [],
    audit: {
      complete: true,
      replications: 80,
      wallSec: 2.1,
      cpuSec: 4,
      grain: { code: 'Bundled', rows: 20_000 },
    },
  }
}
