import { after, systemClock } from '../../core/clock.ts'
import { DambreakError } from '../../core/errors.ts'
import { environmentVariables, processMs } from '../../core/host.ts'
import { msToSec } from '../../core/units.ts'
import { stopRules } from '../../objectives/stop-when.ts'
import { judge } from '../../objectives/verdict.ts'
import { loadNotes } from '../../record/assemble.ts'
import type { RunRecord } from '../../record/run.ts'
import type { Note } from '../../record/verdict-codes.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { personName } from '../client/identity.ts'
import type { Target } from '../client/transport.ts'
import { defaultSimEnvironment } from '../sim-environment.ts'
import { consentOf, type Consent } from './consent.ts'
import { controlClientFor, type ControlClient } from './control/control-client.ts'
import { fetchText, permittedFetch } from './control/fetch-text.ts'
import { resolveObserved, type Observed } from './control/observer.ts'
import { threadsAt } from './crew.ts'
import { liveThread } from './live-environment.ts'
import { RehearsalCompanions, type RehearsalView } from './rehearsal-companions.ts'
import { runRehearsal, type RehearsalOptions, type RunPlan } from './run.ts'
import { createPermitMemory, SharedPermits, type PermitMemory } from './transport/shared-permits.ts'
import { resolveTarget, systemLookup, systemLookupTxt } from './transport/target.ts'
import type { TransportName } from './transport/transports.ts'

/** What every engine needs to know of a rehearsal, whoever sends the requests. */
export interface RehearsalRequest {
  /** URL of the system under test: this machine, or a host that has given consent. */
  readonly target: string
  /** Control URL of the reference stack, which performs the timeline; default: nobody does. */
  readonly control?: string
  /** URL of the target's metrics in Prometheus text; default: they are not observed. */
  readonly observe?: string
  /** A host of yours that cannot prove consent: at most 50 requests a second are sent. */
  readonly allowHost?: string
  /** Takes every booking back at the end; default false. */
  readonly cleanUp?: boolean
  /** Scales counts and rates; default 1. */
  readonly population?: number
  /** The scenario's clock runs so many times as fast; default 1. */
  readonly speed?: number
  /** Aborting it ends the run; what was recorded is given, marked invalid. */
  readonly signal?: AbortSignal
  /** Aborting it ends taking bookings back. */
  readonly endCleanUp?: AbortSignal
  /** Given the record before bookings are taken back, to keep it; default: nobody does. */
  readonly onRecorded?: (run: RunRecord) => Promise<void>
  /** Shows the run while it goes on; default: nobody looks. */
  readonly startView?: (plan: RunPlan) => RehearsalView
}

export interface RehearseOptions extends RehearsalRequest {
  /** Of all chance, a whole number from 0 to 2³² − 1; default 1. */
  readonly seed?: number
  /** Ends the run so long after its start, in seconds of wall time. */
  readonly forSec?: number
  /** Generator threads; default 1. */
  readonly workers?: number
  /** The HTTP client; default `wire`. */
  readonly transport?: TransportName
  /** One connection per visitor, as browsers do, or a pool of `max`; default per visitor. */
  readonly connections?: ConnectionMode
  /** Ceiling on requests in flight; default 10,000. */
  readonly maxInFlight?: number
  /** Ceiling on requests per second; default 1,000,000. */
  readonly maxPerSec?: number
  /** Environment variables that the scenario may name; default: those of the process. */
  readonly variables?: Readonly<Record<string, string | undefined>>
}

export interface ConnectionMode {
  readonly mode: 'per-visitor' | 'pool'
  readonly max: number
}

/** A rehearsal that may begin: addresses are resolved and consent is given. */
export interface PreparedRehearsal {
  readonly target: Target
  readonly consent: Consent
  /** What all that is sent keeps to together; `null`: the target takes any rate. */
  readonly permits: PermitMemory | null
  readonly companions: RehearsalCompanions
  /** Stations of the target whose queues are observed. */
  readonly stations: readonly string[]
  /** Sets the people of one rehearsal apart from those of any other against the same target. */
  readonly runCode: string
  /** Aborted by the caller, or by a rule that stops the run. */
  readonly signal: AbortSignal
}

/** Kept beyond those in flight, so that not every request of a newcomer must close another's first. */
const idleConnections = 200

/**
 * Performs a scenario over HTTP against a running target, in real time, and judges the run.
 *
 * @returns the record that `run.json` holds, of the same shape as that of a simulation
 * @throws DambreakError of kind `usage` where the target is not reachable by name or has not given
 * consent, `scenario` where requests cannot be made, `engine` where nothing could be recorded
 * @example
 * ```ts
 * import { loadScenario, rehearse } from 'dambreak'
 *
 * const loaded = await loadScenario('smoke')
 * const run = await rehearse(loaded, { target: 'http://127.0.0.1:8080', forSec: 5 })
 * console.log(run.verdict.valid, run.summary.people.booked)
 * ```
 */
export async function rehearseScenario(
  loaded: LoadedScenario,
  options: RehearseOptions,
): Promise<RunRecord> {
  const prepared = await prepareRehearsal(loaded, options)
  const { signal, companions, runCode } = prepared
  const calls = {
    runCode,
    environment: options.variables ?? environmentVariables(),
    tables: loaded.tables,
  }
  const { onRecorded, endCleanUp } = options
  const keep = async (run: RunRecord) => onRecorded?.(judge(run, loaded.scenario))
  const run = await runRehearsal(
    loaded,
    { ...runOptionsOf(options, loaded, prepared), calls },
    {
      environment: {
        ...defaultSimEnvironment(),
        startThread: threadsAt(liveThread),
        signal,
        ...(options.cleanUp === true ? { keep } : {}),
        ...(endCleanUp === undefined ? {} : { endCleanUp }),
      },
      companions,
    },
  )
  return judge(run, loaded.scenario)
}

/**
 * Resolves every address, asks for consent, and gathers who goes along; nothing is sent yet.
 * @throws DambreakError as `rehearseScenario`
 */
export async function prepareRehearsal(
  loaded: LoadedScenario,
  request: RehearsalRequest,
): Promise<PreparedRehearsal> {
  const { scenario } = loaded
  checkCleanUp(request, scenario)
  const reached = await reach(request, scenario)
  const { target, consent, control, observed } = reached
  const { maxPerSec } = consent
  const permits = maxPerSec === null ? null : createPermitMemory(maxPerSec, processMs())
  const { population = 1, speed = 1, startView = () => noView } = request
  const stopping = new AbortController()
  const runCode = Math.floor(msToSec(systemClock.epochMs())).toString(36)
  const companions = new RehearsalCompanions({
    scenario: scaleScenario(scenario, { population, speed }),
    control,
    observed,
    clock: systemClock,
    after,
    fetchText:
      permits === null
        ? fetchText
        : permittedFetch(fetchText, { permits: new SharedPermits(permits, processMs), after }),
    startView,
    stopRules: stopRules(scenario.stopWhen, target.isLoopback),
    stop: () => stopping.abort(),
    personOf: undoesByControl(request, scenario) ? (person) => personName(runCode, person) : null,
    notes: notesFor(loaded, request, consent),
  })
  return {
    target,
    consent,
    permits,
    companions,
    stations: observed === null ? [] : scenario.stack.stations.map(({ name }) => name),
    runCode,
    signal: AbortSignal.any([
      stopping.signal,
      ...(request.signal === undefined ? [] : [request.signal]),
    ]),
  }
}

const noView: RehearsalView = {
  update: () => undefined,
  performed: () => undefined,
  end: () => undefined,
}

interface Reach {
  readonly target: Target
  readonly consent: Consent
  readonly control: ControlClient | null
  readonly observed: Observed | null
}

async function reach(
  { target: url, control, observe, allowHost }: RehearsalRequest,
  { authorisation }: Scenario,
): Promise<Reach> {
  const lookup = systemLookup
  const target = await resolveTarget(url, { lookup })
  return {
    target,
    consent: await consentOf(target, {
      authorisation,
      allowHost,
      fetchText,
      lookupTxt: systemLookupTxt,
    }),
    control: control === undefined ? null : await controlClientFor(control, { lookup, fetchText }),
    observed: observe === undefined ? null : await resolveObserved(observe, { target, lookup }),
  }
}

function checkCleanUp({ cleanUp, control }: RehearsalRequest, { undo }: Scenario): void {
  if (cleanUp !== true || undo !== undefined || control !== undefined) return
  throw new DambreakError(
    'usage',
    '--cleanup needs a request to undo a booking by: "undo" in the scenario, or --control',
  )
}

const undoesByControl = ({ cleanUp, control }: RehearsalRequest, { undo }: Scenario): boolean =>
  cleanUp === true && undo === undefined && control !== undefined

function notesFor(
  { scenario }: LoadedScenario,
  { population = 1, speed = 1, control }: RehearsalRequest,
  consent: Consent,
): Note[] {
  const notes = loadNotes({ population, speed })
  if (consent.maxPerSec !== null) {
    notes.push({ code: 'RateCapped', maxPerSec: consent.maxPerSec })
  }
  if (scenario.doors.length > 0) {
    notes.push({ code: 'DoorsNotRehearsed' })
  }
  if (control === undefined && scenario.timeline.length > 0) {
    notes.push({ code: 'TimelineNotPerformed', cause: 'noControl' })
  }
  return notes
}

function runOptionsOf(
  options: RehearseOptions,
  { scenario }: LoadedScenario,
  { target, permits, stations }: PreparedRehearsal,
): Omit<RehearsalOptions, 'calls'> {
  const { seed = 1, population = 1, speed = 1, workers = 1, transport = 'wire' } = options
  const { maxInFlight = 10_000, maxPerSec = 1e6, forSec, cleanUp = false } = options
  const { mode, max } = options.connections ?? { mode: 'per-visitor', max: Infinity }
  const ceiling = { inFlight: maxInFlight, perSec: maxPerSec }
  return {
    seed,
    population,
    speed,
    // Each has its share of the ceilings, and none can have less than one.
    workers: Math.min(workers, ceiling.perSec, ceiling.inFlight),
    target,
    transport,
    connections: {
      mode,
      connections: Math.min(max, maxInFlight + idleConnections),
      localAddresses: localAddressesFor(target),
    },
    ceiling,
    permits,
    stations,
    cleansUp: cleanUp && scenario.undo !== undefined,
    ...(forSec === undefined ? {} : { forSec }),
  }
}

/**
 * Many addresses to connect from, so that ports do not run out: 28,000 a pair of addresses. On
 * loopback alone every address of 127/8 is ours.
 */
function localAddressesFor({ isLoopback, address }: Target): string[] {
  if (!isLoopback || !address.startsWith('127.')) return []
  return Array.from({ length: 64 }, (_, i) => `127.83.0.${i + 1}`)
}
