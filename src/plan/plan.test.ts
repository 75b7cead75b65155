import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { parametersOf, pricesOf } from '../scenario/schema/parameters.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { editedDocument } from '../scenario/testing/small-document.ts'
import { drawsOf } from './draws.ts'
import { parseLevers } from './lever-file.ts'
import type { Outcome } from './outcome.ts'
import type { LeverRow } from './plan-record.ts'
import { makePlan, type PlanInput } from './plan.ts'
import { scenarioOf } from './run-trial.ts'
import { missed, outcomeWith } from './testing/synthetic.ts'
import { jobOf, type Replicate, type Trial } from './trial.ts'

const interval = (low: number, mid: number, high: number) => ({
  low,
  mid,
  high,
  evidence: 'assumed',
  source: `a guess of ${mid}`,
})
const document = editedDocument({
  'stack.instances': 4,
  'waitingRoom.admission': { perSecPerInstance: 9 },
  'behaviour.retry': { tries: interval(1, 3, 5), backoffSec: interval(1, 2, 4) },
  'population.devicesPerPerson': interval(1, 2, 3),
  slo: ['waitSec.p95 < 1000', 'errorShare < 0.01'],
  cost: { currency: 'KRW', instancePerHour: 10, lostBooking: 5 },
})

function inputWith(over: Partial<PlanInput> = {}): PlanInput {
  const parsed = parseScenario(document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const parameters = parametersOf(document)
  const draws = drawsOf([...parameters, ...pricesOf(document)], { seed: 1, points: 100 })
  return {
    loaded: parsed.loaded,
    base: { document: parsed.loaded.document, parameters, draws, seed: 1, keepTimeline: false },
    counts: Array.from({ length: 12 }, (_, i) => i + 1),
    probability: 0.95,
    minReplications: 1,
    maxReplications: 100,
    levers: parseLevers(
      {
        levers: [
          { name: 'halve', splitInto: 2 },
          { name: 'one ticket', set: { 'population.devicesPerPerson': 1 } },
          { name: 'nothing', set: { description: 'x' } },
        ],
      },
      'test',
    ),
    withMap: false,
    budgetPerHour: null,
    population: 1,
    from: { from: 'intervals', count: parameters.length, members: null },
    ...over,
  }
}

/** Tickets over servers decide: above 0.25 a server it collapses, above 0.2 the wait is too long. */
function system({ instances, draw, moved, levers = [] }: Trial, { base }: PlanInput): Outcome {
  const name = 'population.devicesPerPerson'
  const drawn = draw === null ? 2 : (base.draws[draw]?.values.get(name) ?? NaN)
  const own = moved?.parameter === name ? moved.value : Math.max(1, drawn)
  const pulled = levers.map((one) => one.name)
  const tickets = pulled.includes('one ticket') ? 1 : own
  const load = (tickets * (pulled.includes('halve') ? 0.5 : 1)) / instances
  const slo = [
    { ok: load <= 0.2, observed: load * 5000 },
    { ok: load <= 0.25, observed: load > 0.25 ? 0.5 : 0 },
  ]
  const lost = Math.round(Math.max(0, load - 0.2) * 1000)
  return outcomeWith({ slo, collapsed: load > 0.25, waitSecP95: load * 5000, lost })
}

async function planOf(over: Partial<PlanInput> = {}, replicate?: Replicate) {
  const input = inputWith(over)
  const seen: Trial[] = []
  const plan = await makePlan(input, {
    replicate:
      replicate ??
      ((trials) => {
        seen.push(...trials)
        return Promise.resolve(trials.map((trial) => system(trial, input)))
      }),
    middle: (instances) => scenarioOf(jobOf(input.base, { instances, draw: null }, 1)),
    startedAt: '2026-01-01T00:00:00Z',
    versions: {},
    grain: { code: 'Bundled', rows: 10 },
    spent: () => ({ wallSec: 0, cpuSec: 0 }),
  })
  return { plan, seen }
}

describe('a plan', () => {
  // Tickets a person go up to 3.1 at most: 16 servers carry 3.1 at 0.2 each.
  test('recommends the fewest that meet what is asked for, and confirms it in full', async () => {
    const counts = [4, 8, 12, 15, 16, 17, 20]
    const { plan, seen } = await planOf({ counts })
    const { instances, probability, reasons } = plan.recommendation
    const chosen = plan.candidates.find((one) => one.instances === instances)
    expect(chosen?.verdict).toBe('meets')
    expect(probability).toBe(chosen?.pMeetsSlo.value)
    const below = plan.candidates.filter((one) => one.instances < (instances ?? 0))
    expect(below.every(({ verdict }) => verdict !== 'meets')).toBe(true)
    expect(below.some(({ verdict }) => verdict === 'fails')).toBe(true)
    const full = seen.filter(({ isFull }) => isFull === true)
    expect(full.map((one) => one.instances)).toEqual([below.at(-1)?.instances, instances])
    expect(chosen?.confirmed).toMatchObject({ meetsSlo: true, draw: full[0]?.draw })
    expect(below.at(-1)?.confirmed).toMatchObject({ meetsSlo: false, coarse: { meetsSlo: false } })
    expect(chosen?.confirmed?.coarse.waitSecP95).toBe(chosen?.confirmed?.waitSecP95)
    expect(reasons[0]).toMatchObject({
      code: 'AnswerMeets',
      instances,
      pMeetsSlo: { value: 1 },
      replications: 80,
    })
    expect(reasons.slice(-2)).toMatchObject([
      { code: 'FullSizeRun', meetsSlo: false, coarseMeetsSlo: false },
      { code: 'FullSizeRun', instances, meetsSlo: true, coarseMeetsSlo: true },
    ])
  })

  test('with none that is enough says which objective fails everywhere', async () => {
    const { plan } = await planOf({ counts: [1, 2, 3] })
    expect(plan.recommendation).toMatchObject({ instances: null, probability: null })
    expect(plan.recommendation.reasons[0]).toMatchObject({
      code: 'ObjectiveFails',
      expr: 'waitSec.p95 < 1000',
      instances: 3,
    })
    expect(plan.candidates.every(({ confirmed }) => confirmed === null)).toBe(true)
    expect(plan.objectives.map(({ instancesNeeded }) => instancesNeeded)).toEqual([null, null])
  })

  test('ranks levers by what they save', async () => {
    const counts = Array.from({ length: 20 }, (_, i) => i + 1)
    const { plan } = await planOf({ counts })
    const needed = plan.recommendation.instances ?? NaN
    const namesOf = ({ pulled }: LeverRow) =>
      pulled.map((one) => (one.code === 'Text' ? one.name : one.code)).toSorted()
    const row = (name: string) => plan.levers.find((one) => namesOf(one).join() === name)
    expect(row('one ticket')).toMatchObject({ instancesNeeded: 5, saves: needed - 5 })
    expect(row('halve')?.instancesNeeded).toBeLessThanOrEqual(Math.ceil(needed / 2))
    expect(row('nothing')).toMatchObject({ instancesNeeded: needed, saves: 0 })
    // At four servers one ticket and half of the people are enough together: 0.5 / 4 a server.
    expect(row('halve,one ticket')?.instancesNeeded).toBe(3)
    expect(row('halve,one ticket')?.basis).toEqual({ code: 'Screened', draws: 4, maxCollapses: 0 })
    const order = plan.levers.map(({ instancesNeeded }) => instancesNeeded ?? Infinity)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  test('says what would change the answer, and what to measure', async () => {
    const counts = Array.from({ length: 20 }, (_, i) => i + 1)
    const { plan } = await planOf({ counts })
    expect(plan.sensitivity[0]).toMatchObject({
      parameter: 'population.devicesPerPerson',
      measure: 'instances',
      swing: 10,
      atLow: { value: 1, outcome: 5 },
      atHigh: { value: 3, outcome: 15 },
    })
    expect(plan.sensitivity.slice(1).every(({ swing }) => swing === 0)).toBe(true)
    expect(plan.measureNext).toMatchObject([
      {
        parameter: 'population.devicesPerPerson',
        source: 'a guess of 2',
        reason: { code: 'Swing', measure: 'instances', swing: 10, low: 1, high: 3 },
      },
    ])
  })

  test('prices too few against too many; a budget is not passed', async () => {
    const counts = [4, 8, 12, 16, 20]
    const { plan } = await planOf({ counts, budgetPerHour: 130 })
    const regrets = plan.candidates.map(({ regret }) => regret ?? NaN)
    expect(regrets.every((regret) => regret >= 0)).toBe(true)
    expect(plan.candidates.map(({ cost }) => cost)).toEqual(counts.map((n) => n * 10 * 3))
    expect(plan.recommendation.instances).toBeNull()
    expect(plan.recommendation.reasons[0]).toEqual({
      code: 'OverBudget',
      instances: 16,
      costPerHour: 160,
      budgetPerHour: 130,
    })
    expect(plan.recommendation.minRegretInstances).toBeLessThanOrEqual(13)
  })

  test('without prices tells no regret, and why', async () => {
    const { plan } = await planOf()
    const { cost: _cost, ...unpriced } = document
    const parsed = parseScenario(unpriced)
    if (!parsed.ok) throw new Error('no scenario')
    const other = (await planOf({ loaded: parsed.loaded })).plan
    expect(plan.candidates[0]?.regret).not.toBeNull()
    expect(other.candidates.every(({ regret }) => regret === null)).toBe(true)
    expect(other.recommendation.reasons).toContainEqual({ code: 'RegretUnpriced' })
  })
})

describe('an interruption', () => {
  const stopped = () => Promise.reject(new DambreakError('interrupted', 'stopped'))

  test('leaves what was decided, marked', async () => {
    const input = inputWith()
    const { plan } = await planOf({}, (trials) =>
      trials.some(({ levers = [] }) => levers.length > 0)
        ? stopped()
        : Promise.resolve(trials.map((trial) => system(trial, input))),
    )
    expect(plan.audit.complete).toBe(false)
    expect(plan.recommendation.reasons[0]).toEqual({ code: 'Interrupted' })
    expect(plan.candidates).toHaveLength(12)
    expect(plan.levers).toEqual([])
    expect(plan.sensitivity).toEqual([])
  })

  test('before anything was decided is told as one', async () => {
    await expect(planOf({}, stopped)).rejects.toMatchObject({ kind: 'interrupted' })
  })

  test('is not what hides a bug', async () => {
    const bug = () => Promise.reject(new Error('a bug'))
    await expect(planOf({}, bug)).rejects.toThrow('a bug')
    expect(missed().slo[0]?.ok).toBe(false)
  })
})
