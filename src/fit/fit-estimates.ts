import { DambreakError } from '../core/errors.ts'
import { hoursToSec, minutesToSec, msToSec, secToMinutes, secToMs } from '../core/units.ts'
import { fitAdmission, type TurnsCalled } from './admission.ts'
import { secondsAfter, type ArrivalCounts } from './arrival-bins.ts'
import { fitArrivals, type FittedArrivals } from './arrivals.ts'
import { together } from './assemble.ts'
import type { Fitted } from './estimate.ts'
import type { LogEvidence } from '../logs/request-log.ts'
import { runEvidence, type RunEvidence } from './run-evidence.ts'
import type { Screen } from '../logs/screen.ts'
import { Waits } from '../logs/waits.ts'
import { countText, type Found } from './numbers.ts'
import { fitPatience } from './patience.ts'
import { fitPopulation } from './population.ts'
import { afterFailureOf, fitReentry, type AfterFailure } from './reentry.ts'
import { fitResponses } from './response.ts'
import { fitRetries } from './retries.ts'
import { clockSec, isoEpochMs, localIso } from '../scenario/clock.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import type { FitInputs, NamedRun } from './fit-inputs.ts'

/** The scenario that a fit starts from. */
export interface FitBase {
  readonly scenario: Scenario
  /** False: that of `init`, of which nobody says that it is theirs. */
  readonly isGiven: boolean
  /** When it opens, ISO 8601; `null`: when the data say. */
  readonly opensAt: string | null
}

export interface Estimated {
  readonly fitted: Fitted
  /** When it opens and until when it was watched; `null` where the data have no clock. */
  readonly opensAtMs: number | null
  readonly untilMs: number | null
  readonly notes: readonly string[]
}

export interface MoreEvidence {
  readonly screens: readonly Screen[]
  /** What steps of load told of the stations; `null` where there were none. */
  readonly stations: Fitted | null
}

/** Everything that the inputs tell, by the estimator that can tell it. */
export function estimateAll(
  inputs: FitInputs,
  base: FitBase,
  { screens, stations }: MoreEvidence,
): Estimated {
  const { log } = inputs
  const runs = inputs.runs.map((one) => ({ ...one, evidence: runEvidence(one.run) }))
  const logNames = inputs.damages.map(({ name }) => name).join(', ')
  const all = [...screens, ...inputs.screens]
  checkScreens(all, base)
  const notes: string[] = []
  const clock = { opensAtMs: null as number | null, untilMs: null as number | null }
  const parts: Fitted[] = []
  if (log !== null) {
    const { arrivals, opensAtMs } = arrivalsOfLog(log, base, logNames)
    parts.push(
      ...(log.isOfRequests
        ? [ofRequestsAlone(arrivals)]
        : [arrivals, populationOfLog(log, base, { arrivals, source: logNames })]),
    )
    clock.opensAtMs = opensAtMs
    clock.untilMs = log.lastMs
    if (log.reentries.total > 0) {
      notes.push(
        `${countText(log.reentries.total)} times a client that was there before came again`,
      )
    }
  } else parts.push(...arrivalsOfRun(runs[0], base, notes))
  const passedOver = runs.slice(log === null ? 1 : 0)
  if (passedOver.length > 0) {
    const from = log === null ? `${runs[0]?.name ?? ''} alone` : logNames
    notes.push(
      `arrivals are those of ${from}, not of ${passedOver.map(({ name }) => name).join(', ')}`,
    )
  }
  if (all.length > 0 || runs.length > 0) parts.push(admissionOf(all, runs, base))
  const waits = waitsOf(inputs.waits, runs)
  if (waits.total > 0) {
    const names = [...inputs.damages, ...runs].map(({ name }) => name).join(', ')
    parts.push(fitPatience(waits, `${names}: ${countText(waits.total)} waits`))
  }
  if (log !== null) {
    const source = `${logNames}: ${countText(log.requests.total)} requests`
    const steps = base.scenario.journey.map(({ step, visits, request }) => {
      return { name: step, path: request?.path ?? null, visits: visits.length }
    })
    parts.push(fitRetries(log, source), fitReentry(afterFailureOf(log), source))
    // Service measured by steps of load is better than a log's upper bound of it.
    if (stations === null) parts.push(fitResponses(log.responses, steps, source))
  } else if (runs.length > 0) parts.push(reentryOf(runs))
  if (stations !== null) parts.push(stations)
  for (const told of all) {
    if (told.behind === null) continue
    const at = told.at === null ? '' : ` by ${told.at}`
    notes.push(`a screen shows ${countText(told.ahead + told.behind + 1)} tickets issued${at}`)
  }
  return { fitted: together(parts), ...clock, notes }
}

/** A clock time of a screen must be one, and of the scenario's evening. */
function checkScreens(screens: readonly Screen[], { scenario, opensAt }: FitBase): void {
  if (opensAt === null) return
  const lengthSec = clockSec(scenario.endsAt, scenario.opensAt) ?? 0
  for (const { at, ahead } of screens) {
    if (at === null) continue
    const sec = clockSec(at, opensAt)
    const what = `the screen with ${countText(ahead)} ahead`
    if (sec === null) throw new DambreakError('usage', `${what}: at=${at} is no clock time`)
    if (sec >= hoursToSec(-6) && sec <= lengthSec) continue
    throw new DambreakError(
      'usage',
      `${what} is of ${at}, the scenario's window begins with ${opensAt} and ends with ${scenario.endsAt}: give the scenario of that opening, or --opens-at`,
    )
  }
}

/** Further from the scenario's opening than this, the jump in the log is another one. */
const farSec = 60

function arrivalsOfLog(
  log: LogEvidence,
  { opensAt }: FitBase,
  name: string,
): { arrivals: FittedArrivals; opensAtMs: number } {
  const givenMs = opensAt === null ? null : isoEpochMs(opensAt)
  const zeroMs = givenMs ?? log.firstMs
  if (opensAt !== null && (zeroMs < log.firstMs - 3_600_000 || zeroMs > log.lastMs)) {
    const [from, until] = [log.firstMs, log.lastMs].map((ms) => localIso(ms, opensAt))
    throw new DambreakError(
      'usage',
      `${name} is of ${from} to ${until}, the scenario opens at ${opensAt}: give the log of that opening, or --opens-at`,
    )
  }
  let opensAtSec = 0
  const contacts =
    log.clients === null ? 'requests (nothing tells clients apart)' : 'first contacts'
  const arrivals = fitArrivals({
    counts: countsOf(log, zeroMs),
    source: `${name}: ${countText(log.arrivals.total)} ${contacts}`,
    opensAtOf: (found) => {
      if (givenMs === null)
        opensAtSec = msToSec(secToMs(roundOpening(msToSec(zeroMs) + found.mid)) - zeroMs)
      return opensAtSec
    },
  })
  const found = arrivals.openingSec
  if (opensAt !== null && found !== null && isFar(found)) {
    const jump = localIso(Math.round(zeroMs + secToMs(found.mid)), opensAt)
    throw new DambreakError(
      'usage',
      `the arrivals of ${name} jump at ${jump}, the scenario opens at ${opensAt}: give --opens-at ${jump}, or the log of that opening`,
    )
  }
  return { arrivals, opensAtMs: zeroMs + secToMs(opensAtSec) }
}

/** Of requests, of which a visitor makes many, nobody can say how many came, and when. */
function ofRequestsAlone({ pictures }: Fitted): Fitted {
  const reason = 'nothing tells clients apart: these are requests, of which a visitor makes many'
  const measure = 'a log with client ids, or --entry <target> to say which requests draw a ticket'
  const notIdentified = ['arrivals', 'population'].map((path) => ({ path, reason, measure }))
  return { estimates: [], settings: {}, notIdentified, pictures }
}

const isFar = ({ low, high }: Found): boolean => low > farSec || high < -farSec

/** Openings are on the minute, unless the data say otherwise. */
function roundOpening(epochSec: number): number {
  const minute = minutesToSec(Math.round(secToMinutes(epochSec)))
  return Math.abs(epochSec - minute) <= 5 ? minute : Math.round(epochSec)
}

/** Arrivals over the whole of the log, its empty ends included. */
function countsOf(log: LogEvidence, zeroMs: number): ArrivalCounts {
  const { arrivals, firstMs, lastMs, findings } = log
  const { widthMs, counts } = arrivals
  const fromBin = Math.floor(Math.min(firstMs, arrivals.fromMs) / widthMs)
  const untilBin = Math.ceil(Math.max(lastMs, arrivals.untilMs) / widthMs)
  const all = new Uint32Array(Math.max(1, untilBin - fromBin))
  all.set(counts, counts.length === 0 ? 0 : Math.round(arrivals.fromMs / widthMs) - fromBin)
  const leftOut = findings.flatMap(({ at, isLeftOut }) => (isLeftOut ? [at] : []))
  return {
    fromSec: msToSec(fromBin * widthMs - zeroMs),
    widthSec: msToSec(widthMs),
    counts: all,
    leftOut: secondsAfter(zeroMs, leftOut),
  }
}

function populationOfLog(
  log: LogEvidence,
  base: FitBase,
  { arrivals, source }: { arrivals: FittedArrivals; source: string },
): Fitted {
  return fitPopulation({
    tickets: log.arrivals.total,
    dispersion: arrivals.goodness?.dispersion ?? 1,
    population: 1,
    clients: log.clients,
    persons: log.persons,
    base: { ...base.scenario.population, isGiven: base.isGiven },
    source,
  })
}

type ReadRun = NamedRun & { readonly evidence: RunEvidence }

function arrivalsOfRun(first: ReadRun | undefined, base: FitBase, notes: string[]): Fitted[] {
  if (first === undefined || first.evidence.tickets === 0) return []
  const { name, run, evidence } = first
  const source = `${name}: ${countText(evidence.tickets)} tickets`
  const arrivals = fitArrivals({ counts: evidence.arrivals, source, opensAtOf: () => 0 })
  if (run.header.engine !== 'log') {
    notes.push(`the arrivals of ${name} are those that its scenario planned`)
  }
  const population = fitPopulation({
    tickets: evidence.tickets,
    dispersion: arrivals.goodness?.dispersion ?? 1,
    population: run.header.population,
    clients: null,
    persons: null,
    base: { ...base.scenario.population, isGiven: base.isGiven },
    source,
  })
  return [arrivals, population]
}

function admissionOf(
  screens: readonly Screen[],
  runs: readonly ReadRun[],
  { scenario }: FitBase,
): Fitted {
  const { admission } = scenario.waitingRoom
  const kind =
    'perSec' in admission
      ? ('perSec' as const)
      : 'maxInside' in admission
        ? ('maxInside' as const)
        : ('perSecPerInstance' as const)
  const called = runs.find(({ evidence }) => evidence.turns !== null)
  const turns: TurnsCalled | null = called?.evidence.turns ?? null
  const isSeen = screens.length === 0 && called !== undefined
  const instances = isSeen ? called.evidence.instances : null
  return fitAdmission({
    screens,
    turns,
    base: { kind, instances: instances ?? scenario.stack.instances },
    source: screens.length > 0 ? 'screens of the waiting room' : (called?.name ?? 'runs'),
  })
}

function waitsOf(told: Waits, runs: readonly ReadRun[]): Waits {
  const all = new Waits()
  for (const waits of [told, ...runs.flatMap(({ evidence }) => evidence.waits ?? [])]) {
    waits.sec.values().forEach((sec, i) => {
      all.add(sec, waits.left.at(i) === 1 ? 'left' : 'admitted', waits.counts.at(i))
    })
  }
  return all
}

function reentryOf(runs: readonly ReadRun[]): Fitted {
  const known = runs.flatMap(({ evidence }) => evidence.afterFailure ?? [])
  if (known.length === 0) return fitReentry(null, 'runs')
  const sum = (of: (one: AfterFailure) => number) => known.reduce((all, one) => all + of(one), 0)
  return fitReentry(
    { ended: sum((one) => one.ended), reentered: sum((one) => one.reentered), delaySec: null },
    runs.map(({ name }) => name).join(', '),
  )
}
