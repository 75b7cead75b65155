import { DambreakError } from '../core/errors.ts'
import { hoursToSec, minutesToSec, msToSec, secToMinutes, secToMs } from '../core/units.ts'
import { fitAdmission, type TurnsCalled } from './admission.ts'
import { secondsAfter, type ArrivalCounts } from './arrival-bins.ts'
import { fitArrivals, type FittedArrivals } from './arrivals.ts'
import { together, withoutVague } from './assemble.ts'
import type { DataSource } from './data-source.ts'
import type { Fitted } from './estimate.ts'
import type { Gap, GapReason } from './gap.ts'
import type { FitNote } from './fit-note.ts'
import type { LogEvidence } from '../logs/request-log.ts'
import { runEvidence, type RunEvidence } from './run-evidence.ts'
import type { Screen } from '../logs/screen.ts'
import { Waits } from '../logs/waits.ts'
import type { Found } from './numbers.ts'
import { fitPatience } from './patience.ts'
import { fitPopulation } from './population.ts'
import { afterFailureOf, fitReentry, type AfterFailure } from './reentry.ts'
import { fitResponses } from './response.ts'
import { fitRetries } from './retries.ts'
import { clockSec, isoEpochMs, localIso } from '../scenario/clock.ts'
import type { FitBase } from './fit-base.ts'
import type { FitInputs, NamedRun } from './fit-inputs.ts'

export interface Estimated {
  readonly fitted: Fitted
  /** When it opens and until when it was watched; `null` where the data have no clock. */
  readonly opensAtMs: number | null
  readonly untilMs: number | null
  readonly notes: readonly FitNote[]
}

export interface MoreEvidence {
  readonly screens: readonly Screen[]
  /** What was fitted to steps of load; `null` where there were none. */
  readonly stations: Fitted | null
}

/** Calls every estimator that has data. */
export function estimateAll(
  inputs: FitInputs,
  base: FitBase,
  { screens, stations }: MoreEvidence,
): Estimated {
  const { log } = inputs
  const visitorless = log === null ? null : visitorlessOf(log)
  const runs = inputs.runs.map((one) => ({ ...one, evidence: runEvidence(one.run) }))
  const logNames = inputs.parseReports.map(({ name }) => name)
  const all = [...screens, ...inputs.screens]
  checkScreens(all, base)
  const notes: FitNote[] = []
  const clock = { opensAtMs: null as number | null, untilMs: null as number | null }
  const parts: Fitted[] = []
  if (log !== null) {
    const { arrivals, opensAtMs } = arrivalsOfLog(log, base, logNames)
    parts.push(
      ...(visitorless !== null
        ? [ofRequestsAlone(arrivals, visitorless)]
        : [arrivals, populationOfLog(log, base, { arrivals, inputs: logNames })]),
    )
    clock.opensAtMs = opensAtMs
    clock.untilMs = log.lastMs
    if (log.reentries.total > 0) {
      notes.push({ code: 'ClientsReturned', times: log.reentries.total })
    }
  } else parts.push(...arrivalsOfRun(runs[0], base, notes))
  const unused = namesOf(runs.slice(log === null ? 1 : 0))
  if (unused.length > 0) {
    const used = log === null ? namesOf(runs.slice(0, 1)) : logNames
    notes.push({ code: 'ArrivalsUnused', used, unused })
  }
  if (all.length > 0 || runs.length > 0) parts.push(admissionOf(all, runs, base))
  const waits = waitsOf(inputs.waits, runs)
  if (waits.total > 0) {
    const names = [...logNames, ...namesOf(runs)]
    parts.push(fitPatience(waits, { code: 'Waits', inputs: names, count: waits.total }))
  }
  if (log !== null) {
    const from = requestsOf(log, logNames)
    const steps = base.scenario.journey.map(({ step, visits }) => {
      return { name: step, visits: visits.length }
    })
    const clients = log.fewAddresses === null ? log.clients : null
    const known = { ...log, clients }
    parts.push(fitRetries(known, from), fitReentry(afterFailureOf(known), from))
    // Service measured by steps of load is better than a log's upper bound of it.
    if (stations === null) parts.push(fitResponses(log.responses, steps, from))
  } else if (runs.length > 0) parts.push(reentryOf(runs))
  if (stations !== null) parts.push(stations)
  for (const { ahead, behind, at } of all) {
    if (behind !== null) notes.push({ code: 'TicketsIssued', tickets: ahead + behind + 1, at })
  }
  return { fitted: withoutVague(together(parts)), ...clock, notes }
}

const namesOf = (inputs: readonly { readonly name: string }[]): string[] =>
  inputs.map(({ name }) => name)

const requestsOf = ({ requests, clients }: LogEvidence, inputs: readonly string[]): DataSource => ({
  code: 'Requests',
  inputs,
  count: requests.total,
  hasClients: clients !== null,
})

/** A clock time of a screen must be one, and of the scenario's evening. */
function checkScreens(screens: readonly Screen[], { scenario, opensAt }: FitBase): void {
  if (opensAt === null) return
  const lengthSec = clockSec(scenario.endsAt, scenario.opensAt) ?? 0
  for (const { at, ahead } of screens) {
    if (at === null) continue
    const sec = clockSec(at, opensAt)
    if (sec === null) {
      throw new DambreakError('usage', `the screen with ${ahead} ahead: at=${at} is no clock time`)
    }
    if (sec >= hoursToSec(-6) && sec <= lengthSec) continue
    throw new DambreakError(
      'usage',
      `the screen with ${ahead} ahead is of ${at}, the scenario's window begins with ${opensAt} and ends with ${scenario.endsAt}: give the scenario of that opening, or --opens-at`,
    )
  }
}

/** Further from the scenario's opening than this, the jump in the log is another one. */
const farSec = 60

function arrivalsOfLog(
  log: LogEvidence,
  { opensAt }: FitBase,
  inputs: readonly string[],
): { arrivals: FittedArrivals; opensAtMs: number } {
  const givenMs = opensAt === null ? null : isoEpochMs(opensAt)
  const zeroMs = givenMs ?? log.firstMs
  if (opensAt !== null && (zeroMs < log.firstMs - 3_600_000 || zeroMs > log.lastMs)) {
    const [from, until] = [log.firstMs, log.lastMs].map((ms) => localIso(ms, opensAt))
    throw new DambreakError(
      'usage',
      `${inputs.join(', ')} is of ${from} to ${until}, the scenario opens at ${opensAt}: give the log of that opening, or --opens-at`,
    )
  }
  let opensAtSec = 0
  const arrivals = fitArrivals({
    counts: countsOf(log, zeroMs),
    from: contactsOf(log, inputs),
    givenSec: givenMs === null ? null : 0,
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
      `the arrivals of ${inputs.join(', ')} jump at ${jump}, the scenario opens at ${opensAt}: give --opens-at ${jump}, or the log of that opening`,
    )
  }
  return { arrivals, opensAtMs: zeroMs + secToMs(opensAtSec) }
}

function contactsOf(log: LogEvidence, inputs: readonly string[]): DataSource {
  const { total: count } = log.arrivals
  return log.isOfRequests
    ? { code: 'Requests', inputs, count, hasClients: false }
    : { code: 'FirstContacts', inputs, count }
}

/** Why the requests of a log do not say how many people came, and when; `null`: they do. */
function visitorlessOf({ isOfRequests, fewAddresses }: LogEvidence): GapReason | null {
  if (fewAddresses !== null) return { code: 'FewAddresses', addresses: fewAddresses.length }
  return isOfRequests ? { code: 'RequestsWithoutClients' } : null
}

function ofRequestsAlone({ pictures }: Fitted, reason: GapReason): Fitted {
  const notIdentified = ['arrivals', 'population'].map((path): Gap => ({ path, ...reason }))
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
  { arrivals, inputs }: { arrivals: FittedArrivals; inputs: readonly string[] },
): Fitted {
  return fitPopulation({
    tickets: log.arrivals.total,
    dispersion: arrivals.goodness?.dispersion ?? 1,
    population: 1,
    clients: log.clients,
    persons: log.persons,
    base: { ...base.scenario.population, isGiven: base.isGiven },
    from: contactsOf(log, inputs),
  })
}

type ReadRun = NamedRun & { readonly evidence: RunEvidence }

function arrivalsOfRun(first: ReadRun | undefined, base: FitBase, notes: FitNote[]): Fitted[] {
  if (first === undefined || first.evidence.tickets === 0) return []
  const { name, run, evidence } = first
  const from: DataSource = { code: 'Tickets', inputs: [name], count: evidence.tickets }
  const arrivals = fitArrivals({
    counts: evidence.arrivals,
    from,
    givenSec: 0,
    opensAtOf: () => 0,
  })
  if (run.header.engine !== 'log') {
    notes.push({ code: 'ArrivalsPlanned', run: name })
  }
  const population = fitPopulation({
    tickets: evidence.tickets,
    dispersion: arrivals.goodness?.dispersion ?? 1,
    population: run.header.population,
    clients: null,
    persons: null,
    base: { ...base.scenario.population, isGiven: base.isGiven },
    from,
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
    from:
      screens.length > 0
        ? { code: 'Screens', count: screens.length }
        : { code: 'Runs', inputs: namesOf(called === undefined ? runs : [called]) },
  })
}

function waitsOf(given: Waits, runs: readonly ReadRun[]): Waits {
  const all = new Waits()
  for (const waits of [given, ...runs.flatMap(({ evidence }) => evidence.waits ?? [])]) {
    waits.sec.values().forEach((sec, i) => {
      all.add(sec, waits.left.at(i) === 1 ? 'left' : 'admitted', waits.counts.at(i))
    })
  }
  return all
}

function reentryOf(runs: readonly ReadRun[]): Fitted {
  const known = runs.flatMap(({ evidence }) => evidence.afterFailure ?? [])
  const from: DataSource = { code: 'Runs', inputs: namesOf(runs) }
  if (known.length === 0) return fitReentry(null, from)
  const sum = (of: (one: AfterFailure) => number) => known.reduce((all, one) => all + of(one), 0)
  return fitReentry(
    { ended: sum((one) => one.ended), reentered: sum((one) => one.reentered), delaySec: null },
    from,
  )
}
