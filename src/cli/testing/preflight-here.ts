import { after, systemClock } from '../../core/clock.ts'
import { controlClientFor } from '../../engine/live/control/control-client.ts'
import { fetchText } from '../../engine/live/control/fetch-text.ts'
import type { PreflightPhase } from '../../preflight/matrix.ts'
import { runPreflight } from '../../preflight/run.ts'
import type { PreflightReport } from '../../preflight/verdict.ts'
import { resolveTarget, systemLookup } from '../../engine/live/transport/target.ts'
import { observationText } from '../../report/preflight/observation-words.ts'
import { loadScenario } from '../../scenario/load/load.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'

export interface PreflightHere {
  readonly phase?: PreflightPhase
  readonly testKey?: string
  /** Few are enough where no race is looked for. */
  readonly deviceTries?: number
  readonly signal?: AbortSignal
  readonly onRow?: (id: string) => void
}

/** Where a stack is reached. */
export interface Reached {
  readonly url: string
  readonly controlUrl: string | null
}

const lookup = systemLookup
let runs = 0

/** A preflight in this process, against a server on loopback. */
export async function preflightOf(
  { scenario, tables }: Pick<LoadedScenario, 'scenario' | 'tables'>,
  { url, controlUrl }: Reached,
  { phase = 'before', testKey = '', deviceTries = 3, signal, onRow }: PreflightHere = {},
): Promise<PreflightReport> {
  const control =
    controlUrl === null ? null : await controlClientFor(controlUrl, { lookup, fetchText })
  return runPreflight(
    scenario,
    {
      target: await resolveTarget(url, { lookup }),
      phase,
      phaseFrom: { code: 'CommandLine' },
      opensAtEpochMs: null,
      control,
      testKey,
      patienceMs: 300,
      deviceTries,
      offersPath: '/offers',
      maxPerSec: null,
      allowsUnchecked: false,
      runCode: `test-${runs++}`,
      variables: {},
      tables,
    },
    {
      clock: systemClock,
      after,
      signal: signal ?? new AbortController().signal,
      onRow: ({ id }) => onRow?.(id),
    },
  )
}

/** The same of `smoke` with these settings. */
export async function preflightSmoke(
  reached: Reached,
  set: readonly string[] = [],
  here: PreflightHere = {},
): Promise<PreflightReport> {
  return preflightOf(await loadScenario('smoke', { allowCode: false, set }), reached, here)
}

/** Rows that did not pass, and what came of them, as the report words it. */
export function amissIn({ rows }: PreflightReport): Record<string, string> {
  return Object.fromEntries(
    rows
      .filter(({ result }) => result !== 'passed')
      .map(({ id, result, came }) => [id, `${result}: ${observationText(came)}`]),
  )
}
