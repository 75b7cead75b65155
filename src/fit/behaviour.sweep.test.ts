import { describe, expect, test } from 'vitest'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { quantileOf, type Distribution } from '../core/distribution.ts'
import { sweep } from '../core/testing/sweep.ts'
import { fitAdmission } from './admission.ts'
import { chooseRounded } from './binned-fit.ts'
import type { LogEntry } from '../logs/log-entry.ts'
import { RequestLog } from '../logs/request-log.ts'
import { readScreen } from '../logs/screen.ts'
import { Waits } from '../logs/waits.ts'
import { fitPatience } from './patience.ts'
import { fitPopulation, type PopulationQuestion } from './population.ts'
import { afterFailureOf, fitReentry } from './reentry.ts'
import { fitResponses } from './response.ts'
import { fitRetries } from './retries.ts'
import type { Fitted } from './estimate.ts'

const chance = (seed: number) => {
  const key = streamKey(seed, streams.test)
  return (entity: number, k = 0) => uniform(key, entity, k)
}

const at = (fitted: Fitted, path: string) => fitted.estimates.find((one) => one.path === path)

/** Counts how often intervals hold what was put in. */
class Coverage {
  held = 0
  asked = 0

  ask(interval: { low: number; high: number } | undefined, value: number): void {
    this.asked++
    if (interval !== undefined) this.held += Number(interval.low <= value && value <= interval.high)
  }

  get share(): number {
    return this.held / this.asked
  }
}

/** What the estimators are told that their data are. */
const from = { code: 'Runs', inputs: ['log'] } as const

describe('patience', () => {
  const waitsOf = (patience: Distribution, { people, seed }: { people: number; seed: number }) => {
    const draw = chance(seed)
    const quantile = quantileOf(patience)
    const waits = new Waits()
    for (let i = 0; i < people; i++) {
      const own = quantile(draw(i, 0))
      const turn = 1500 * draw(i, 1)
      waits.add(Math.min(own, turn, 1200), own < Math.min(turn, 1200) ? 'left' : 'admitted')
    }
    return waits
  }

  test('what was put in lies within the intervals at the stated rate, most being censored', () => {
    const coverage = new Coverage()
    for (let seed = 1; seed <= sweep(10, 40); seed++) {
      const waits = waitsOf({ dist: 'weibull', scale: 1000, shape: 1.6 }, { people: 1200, seed })
      const fitted = fitPatience(waits, from)
      const { dist } = fitted.settings['behaviour.patienceSec'] as { dist: string }
      if (dist !== 'weibull') continue
      coverage.ask(at(fitted, 'behaviour.patienceSec.scale'), 1000)
      coverage.ask(at(fitted, 'behaviour.patienceSec.shape'), 1.6)
    }
    expect(coverage.asked).toBeGreaterThanOrEqual(sweep(12, 50))
    expect(coverage.share).toBeGreaterThanOrEqual(0.8)
    expect(coverage.share).toBeLessThanOrEqual(sweep(1, 0.98))
  })

  test('too few who left say nothing, a few say that the tail is a guess', () => {
    const waits = new Waits()
    for (let i = 1; i <= 500; i++) waits.add(100 + i, i <= 19 ? 'left' : 'admitted')
    const few = fitPatience(waits, from)
    expect(few.estimates).toEqual([])
    expect(few.notIdentified).toEqual([
      { path: 'behaviour.patienceSec', code: 'FewLeft', left: 19, waits: 500, needed: 20 },
    ])
    waits.add(600, 'left')
    const some = fitPatience(waits, from)
    expect(some.estimates.length).toBeGreaterThan(0)
    expect(some.notIdentified[0]).toMatchObject({ code: 'PatienceTailUnseen', left: 20 })
  })

  test('any number of waits takes bounded room, and tells what they tell', () => {
    const draw = chance(5)
    const waits = new Waits()
    const exact = new Waits()
    for (let i = 0; i < 200_000; i++) {
      const own = -300 * Math.log(draw(i, 0))
      const turn = 900 * draw(i, 1)
      const seen = [Math.min(own, turn), own < turn ? 'left' : 'admitted'] as const
      waits.add(...seen)
      if (i < 4000) exact.add(...seen)
    }
    expect(waits.total).toBe(200_000)
    expect(waits.sec.length).toBeLessThanOrEqual(65_536)
    const mean = (some: Waits) => fitPatience(some, from).estimates[0]!.mid
    expect(Math.abs(mean(waits) / 300 - 1)).toBeLessThan(0.02)
    expect(Math.abs(mean(exact.inCells()) / mean(exact) - 1)).toBeLessThan(1e-4)
  })

  test('the picture is the curve of Kaplan and Meier', () => {
    const waits = new Waits()
    for (let i = 0; i < 40; i++) waits.add(10 + i, i % 2 === 0 ? 'left' : 'waiting')
    const [steps] = fitPatience(waits, from).pictures[0]!.data
    expect(steps!.y[1]).toBeCloseTo(39 / 40, 12)
    expect(steps!.y[2]).toBeCloseTo((39 / 40) * (37 / 38), 12)
    expect(steps!.yLow![2]).toBeLessThan(steps!.y[2]!)
    expect(steps!.yHigh![2]).toBeGreaterThan(steps!.y[2]!)
  })
})

describe('trying again', () => {
  interface Crowd {
    readonly seed: number
    readonly tries: number
    readonly backoff: Distribution
    readonly failing: number
    /** The chance to go on trying; 1: up to the limit. */
    readonly keeps?: number
  }

  /** Everybody asks once, and after a failure again until the limit. */
  function logOf({ seed, tries, backoff, failing, keeps = 1 }: Crowd, resolutionMs: number) {
    const draw = chance(seed)
    const pauseSec = quantileOf(backoff)
    const entries: LogEntry[] = []
    for (let i = 0; i < 600; i++) {
      let sec = 1000 * draw(i, 200)
      for (let k = 0; ; k++) {
        const status = draw(i, k) < failing ? 503 : 200
        const endMs = Math.floor((sec * 1000) / resolutionMs) * resolutionMs
        entries.push({
          endMs,
          resolutionMs,
          durationMs: 0,
          upstreamMs: null,
          status,
          client: `c${i}`,
          address: null,
          person: null,
          method: 'POST',
          target: '/book',
        })
        if (status === 200 || k === tries || draw(i, k + 50) > keeps) break
        sec += pauseSec(draw(i, k + 100))
      }
    }
    const log = new RequestLog(resolutionMs, {
      seed: 1,
      entry: null,
      steps: null,
      mayBeStarts: [],
    })
    for (const entry of entries.toSorted((a, b) => a.endMs - b.endMs)) log.add(entry)
    return log.finish()
  }

  test('limit and pauses lie within the intervals at the stated rate, whole seconds or not', () => {
    for (const resolutionMs of [1, 1000]) {
      const coverage = new Coverage()
      for (let seed = 1; seed <= sweep(10, 40); seed++) {
        const backoff: Distribution = { dist: 'lognormal', mean: 4, cv: 0.5 }
        const log = logOf({ seed, tries: 3, backoff, failing: 0.5 }, resolutionMs)
        const fitted = fitRetries(log, from)
        expect(at(fitted, 'behaviour.retry.tries')).toMatchObject({ low: 3, mid: 3, high: 3 })
        const { dist } = fitted.settings['behaviour.retry.backoffSec'] as { dist: string }
        if (dist !== 'lognormal') continue
        coverage.ask(at(fitted, 'behaviour.retry.backoffSec.mean'), 4)
        coverage.ask(at(fitted, 'behaviour.retry.backoffSec.cv'), 0.5)
      }
      expect(coverage.asked).toBeGreaterThanOrEqual(sweep(14, 60))
      expect(coverage.share).toBeGreaterThanOrEqual(0.8)
      expect(coverage.share).toBeLessThanOrEqual(sweep(1, 0.98))
    }
  })

  test('giving up at random is told from a limit, and its mean stands for it', () => {
    const crowd: Crowd = {
      seed: 3,
      tries: 40,
      backoff: { dist: 'constant', value: 2 },
      failing: 0.95,
      keeps: 0.75,
    }
    const found = at(fitRetries(logOf(crowd, 1), from), 'behaviour.retry.tries')!
    expect(found).toMatchObject({ mid: 3, basis: { code: 'RetryShare' } })
  })

  test('a limit that nobody reached, and clients that nobody can tell apart, say nothing', () => {
    const backoff: Distribution = { dist: 'constant', value: 2 }
    const log = logOf({ seed: 4, tries: 100, backoff, failing: 0.3 }, 1)
    const fitted = fitRetries(log, from)
    expect(at(fitted, 'behaviour.retry.tries')).toBeUndefined()
    expect(fitted.notIdentified[0]?.code).toBe('NoRetryLimitSeen')
    expect(fitRetries({ ...log, clients: null }, from).notIdentified).toHaveLength(2)
  })

  test('pauses told to the second are not taken for wide: the likelihood is that of the bins', () => {
    const draw = chance(5)
    const quantile = quantileOf({ dist: 'gamma', mean: 1.2, cv: 0.7 })
    const values = Array.from({ length: 4000 }, (_, i) => Math.round(quantile(draw(i))))
    const chosen = chooseRounded(values, 1)!
    expect(chosen.share(1)).toBeCloseTo(0.5, 1)
    const fine = chooseRounded(
      Array.from({ length: 4000 }, (_, i) => quantile(draw(i))),
      0.001,
    )!
    for (const sec of [0.5, 1.5, 2.5]) {
      expect(Math.abs(chosen.share(sec) - fine.share(sec))).toBeLessThan(0.02)
    }
  })
})

describe('coming again', () => {
  test('a share with its interval, and after how long', () => {
    const delaySec = Array.from({ length: 60 }, (_, i) => 30 + i)
    const fitted = fitReentry({ ended: 200, reentered: 60, delaySec }, from)
    const share = at(fitted, 'behaviour.reenter.probability')!
    expect(share.mid).toBe(0.3)
    // Wilson's at 90%.
    expect(share.low).toBeCloseTo(0.2497, 3)
    expect(share.high).toBeCloseTo(0.3556, 3)
    expect(fitted.settings).toHaveProperty(['behaviour.reenter.delaySec'])
    expect(fitReentry({ ended: 5, reentered: 1, delaySec: null }, from).estimates).toEqual([])
  })
})

describe('coming again, by a log', () => {
  const ask = (sec: number, client: string, target: string, status: number): LogEntry => ({
    endMs: sec * 1000,
    resolutionMs: 1,
    durationMs: 0,
    upstreamMs: null,
    status,
    client,
    address: null,
    person: null,
    method: 'GET',
    target,
  })

  function logOf(entries: readonly LogEntry[], entry: string | null) {
    const log = new RequestLog(1, { seed: 1, entry, steps: null, mayBeStarts: [] })
    for (const one of entries.toSorted((a, b) => a.endMs - b.endMs)) log.add(one)
    return log.finish()
  }

  /** One a second fails; every other one draws a new ticket after 30 s, until the log ends. */
  const endSec = 1000
  const entries = Array.from({ length: endSec }, (_, sec) => [
    ask(sec, `c${sec}`, '/ticket', 200),
    ask(sec + 0.5, `c${sec}`, '/book', 503),
    ...(sec % 2 === 0 && sec + 30 <= endSec ? [ask(sec + 30.5, `c${sec}`, '/ticket', 200)] : []),
  ]).flat()

  test('who failed too late to be seen again is not taken for somebody who stayed away', () => {
    const after = afterFailureOf(logOf(entries, '/ticket'))!
    expect(after.reentered).toBe(Math.ceil(after.ended / 2))
    expect(after.ended).toBeGreaterThan(endSec - 70)
    expect(new Set(Array.from(after.delaySec!))).toEqual(new Set([30]))
  })

  test('delays that are all alike are as exact as they are told', () => {
    const delaySec = Array.from({ length: 40 }, () => 30)
    const fitted = fitReentry({ ended: 80, reentered: 40, delaySec }, from)
    expect(fitted.settings).toEqual({ 'behaviour.reenter.delaySec': { dist: 'constant' } })
    expect(at(fitted, 'behaviour.reenter.delaySec.value')).toMatchObject({
      low: 29.55,
      mid: 30,
      high: 30.45,
    })
  })

  test('without an entry nothing tells a new ticket', () => {
    expect(afterFailureOf(logOf(entries, null))).toBeNull()
  })
})

describe('admission', () => {
  const screen = (text: string) => readScreen(text)
  const base = { kind: 'perSec' as const, instances: 4 }
  const of = (texts: string[], given = base) =>
    fitAdmission({ screens: texts.map(screen), turns: null, base: given, from })

  test('30,410 ahead and 845 s are 35.99 a second, as exact as a second of 845', () => {
    const found = of(['ahead=30410 eta=14m05s']).estimates[0]!
    expect(found.path).toBe('waitingRoom.admission.perSec')
    expect(found.mid).toBeCloseTo(35.99, 2)
    expect(found.low).toBeCloseTo(30_410 / 845 - 0.9 * (30_410 / 845 - 30_410 / 846), 2)
    expect(found.high).toBeCloseTo(30_410 / 845 + 0.9 * (30_410 / 844 - 30_410 / 845), 2)
  })

  test('minutes are told less exactly, several screens narrow it, an instance has its part', () => {
    const width = (texts: string[]) => {
      const { low, high } = of(texts).estimates[0]!
      return high - low
    }
    expect(width(['ahead=30410 eta=14m'])).toBeGreaterThan(30 * width(['ahead=30410 eta=845s']))
    expect(width(['ahead=30410 eta=845s', 'ahead=53333 eta=1482s'])).toBeLessThan(
      width(['ahead=30410 eta=845s']),
    )
    const each = fitAdmission({
      screens: [screen('ahead=30410 eta=845s')],
      turns: null,
      base: { kind: 'perSecPerInstance', instances: 4 },
      from,
    })
    expect(each.estimates[0]).toMatchObject({ path: 'waitingRoom.admission.perSecPerInstance' })
    expect(each.estimates[0]!.mid).toBeCloseTo(30_410 / 845 / 4, 3)
  })

  test('screens that disagree keep their own spread and say so', () => {
    const fitted = of(['ahead=1000 eta=100s', 'ahead=1000 eta=50s', 'ahead=1000 eta=80s'])
    expect(fitted.estimates[0]).toMatchObject({ low: 10, mid: 12.5, high: 20 })
    expect(fitted.notIdentified).toEqual([
      {
        path: 'waitingRoom.admission.perSec',
        code: 'ScreensDisagree',
        minPerSec: 10,
        maxPerSec: 20,
      },
    ])
  })

  test('a rate says nothing where a scenario admits by how many are inside, nor does nothing', () => {
    const fitted = fitAdmission({
      screens: [screen('ahead=100 eta=10s')],
      turns: null,
      base: { kind: 'maxInside', instances: 1 },
      from,
    })
    expect(fitted.estimates).toEqual([])
    expect(fitted.notIdentified[0]).toMatchObject({ code: 'PeopleInsideUnknown', perSec: 10 })
    expect(of([]).estimates).toEqual([])
  })
})

describe('responses', () => {
  const samples = (step: number) =>
    [0, 3].map((load) => {
      const quantile = quantileOf({ dist: 'lognormal', mean: load === 0 ? 60 : 600, cv: 0.8 })
      const ms = Float64Array.from({ length: 600 }, (_, i) => quantile((i + 0.5) / 600))
      return { step, load, seen: 600, ms }
    })

  test('of the quietest seconds are an upper bound of the service time of a step with one visit', () => {
    const steps = [
      { name: 'login', visits: 1 },
      { name: 'book', visits: 2 },
    ]
    const logged = [...samples(0), ...samples(1)]
    const fitted = fitResponses(logged, steps, from)
    const mean = at(fitted, 'journey[0].visits[0].serviceMs.mean')!
    expect(Math.abs(mean.mid / 60 - 1)).toBeLessThan(0.02)
    expect(mean.basis).toEqual({ code: 'LowLoadResponses', distribution: 'lognormal' })
    expect(fitted.settings).toEqual({ 'journey[0].visits[0].serviceMs': { dist: 'lognormal' } })
    expect(fitted.notIdentified.map(({ path }) => path)).toEqual(['journey[1].visits'])
    expect(fitted.pictures).toHaveLength(2)
  })
})

describe('population', () => {
  const question: PopulationQuestion = {
    tickets: 12_000,
    dispersion: 1,
    population: 1,
    clients: null,
    persons: null,
    base: { people: 20_000, participation: 0.9, devicesPerPerson: 1.5, isGiven: true },
    from,
  }

  test('tickets are people times participation times devices: one of them takes what they say', () => {
    expect(at(fitPopulation(question), 'population.participation')?.mid).toBeCloseTo(0.4, 9)
    const many = fitPopulation({ ...question, tickets: 60_000 })
    expect(at(many, 'population.people')?.mid).toBe(Math.round(60_000 / 0.9 / 1.5))
    const scaled = fitPopulation({ ...question, tickets: 1200, population: 0.1 })
    expect(at(scaled, 'population.participation')?.mid).toBeCloseTo(0.4, 9)
  })

  test('devices a person have are known where the log knows people', () => {
    const fitted = fitPopulation({ ...question, clients: 12_000, persons: 6000 })
    expect(at(fitted, 'population.devicesPerPerson')).toMatchObject({ mid: 2, count: 6000 })
    expect(at(fitted, 'population.participation')?.mid).toBeCloseTo(0.3, 9)
    expect(fitPopulation(question).notIdentified.map(({ path }) => path)).toContain(
      'population.devicesPerPerson',
    )
  })
})
