import { DambreakError } from '../core/errors.ts'
import { hoursToMs, minutesToMs, msToMinutes, secToMs } from '../core/units.ts'
import type { TimeContext } from '../logs/timestamp.ts'
import { clockSec, isoEpochMs, localIso } from '../scenario/clock.ts'
import { firstScenario } from '../scenario/load/first-scenario.ts'
import { parseScenario, type LoadedScenario } from '../scenario/load/parse.ts'
import type { Mapping } from '../scenario/plain.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { assumedDocument } from './assumed.ts'

/** The scenario that a fit starts from. */
export interface FitBase {
  /** As it is written: the base of its variants. */
  readonly document: Mapping
  readonly scenario: Scenario
  /** False: that of `init`, whose numbers are nobody's. */
  readonly isGiven: boolean
  /** When it opens, ISO 8601; `null`: when the data say. */
  readonly opensAt: string | null
}

/**
 * A given scenario, which may open at another time: its window moves with the opening.
 * @throws DambreakError 'usage' where `opensAt` is no time
 */
export function givenBase(
  { scenario, ...loaded }: LoadedScenario,
  opensAt: string | null,
): FitBase {
  const document = loaded.origin?.source.document ?? loaded.document
  if (opensAt === null) return { document, scenario, isGiven: true, opensAt: scenario.opensAt }
  const sec = clockSec(opensAt, scenario.opensAt)
  if (sec === null) throw notATime(opensAt)
  const moved = (iso: string) => localIso((isoEpochMs(iso) ?? 0) + secToMs(sec), scenario.opensAt)
  const times = { opensAt: moved(scenario.opensAt), endsAt: moved(scenario.endsAt) }
  return {
    document: { ...document, ...times },
    scenario: { ...scenario, ...times },
    isGiven: true,
    opensAt: times.opensAt,
  }
}

/**
 * The scenario of `init` without its objectives and variants, every number of it assumed: `source` is
 * the text of that evidence.
 * @throws DambreakError 'usage' where `opensAt` is no time
 */
export function firstBase(opensAt: string | null, source: string): FitBase {
  if (opensAt !== null && isoEpochMs(opensAt) === null) throw notATime(opensAt)
  const { variants: _variants, slo: _slo, description: _description, ...rest } = firstScenario()
  const document = assumedDocument(rest, source)
  const parsed = parseScenario(document)
  if (!parsed.ok) {
    throw new DambreakError('scenario', 'the first scenario has faults', parsed.faults)
  }
  return { document, scenario: parsed.loaded.scenario, isGiven: false, opensAt }
}

const notATime = (text: string): DambreakError =>
  new DambreakError(
    'usage',
    `--opens-at ${text} is no time; without --scenario write it with date and offset, such as 2021-07-19T20:00:00+09:00`,
  )

/** How times of the data are read: in the zone of the opening, a clock time on its day. */
export function timeContext(opensAt: string | null): TimeContext {
  if (opensAt === null) return { zone: 'Z', clockMs: null }
  const opensAtMs = isoEpochMs(opensAt) ?? 0
  return {
    zone: /(Z|[+-]\d\d:\d\d)$/.exec(opensAt)?.[1] ?? 'Z',
    clockMs: (text) => {
      const sec = clockSec(text, opensAt)
      return sec === null ? null : opensAtMs + secToMs(sec)
    },
  }
}

const minWindowMs = hoursToMs(1)

/** The base's document; one that nobody gave gets a name, and opens when the data say. */
export function baseDocument(
  base: FitBase,
  seen: { readonly opensAtMs: number | null; readonly untilMs: number | null },
  { name, zone }: { readonly name: string; readonly zone: string },
): Mapping {
  if (base.isGiven) return base.document
  const { scenario } = base
  const opensAtMs = seen.opensAtMs ?? isoEpochMs(base.opensAt ?? scenario.opensAt) ?? 0
  const offset = base.opensAt ?? `2000-01-01T00:00:00${zone}`
  const minMs = opensAtMs + minWindowMs
  const untilMs = minutesToMs(Math.ceil(msToMinutes(Math.max(seen.untilMs ?? minMs, minMs))))
  const safeName = name.replaceAll(/[^\w.-]/g, '-').replace(/^[^a-zA-Z0-9]+/, '')
  return {
    ...base.document,
    name: safeName === '' ? 'fitted' : safeName,
    opensAt: localIso(opensAtMs, offset),
    endsAt: localIso(untilMs, offset),
  }
}
