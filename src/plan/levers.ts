import { noChange, type Lever, type LeverChange, type LeverOption } from './lever.ts'
import type { PulledLever } from './pulled-lever.ts'

type BuiltInLever = Exclude<PulledLever, { code: 'Text' }>
type Way = readonly [what: BuiltInLever, change: Partial<LeverChange>]

const admissionFields = ['perSecPerInstance', 'perSec', 'maxInside'] as const

/** The gate admits fewer, or more, than it was set to. */
const admissionRates = [0.5, 0.67, 0.8, 1.25, 1.5, 2].flatMap((factor) =>
  admissionFields.map((field): Way => [
    { code: 'AdmissionRate', field, factor },
    { scale: { [`waitingRoom.admission.${field}`]: factor } },
  ]),
)

/** Openings for a part of the people each, so far apart that one is over before the next. */
const cohortSplits = [2, 4, 8].map((openings): Way => [
  { code: 'CohortSplit', openings },
  { splitInto: openings },
])

/** Whoever comes in this time before the opening draws a place by lot. */
const preQueueSec = 900

/** Ten days, as masks were sold by birth year in 2020; the wrong day is an assumption. */
const rotation = { splitInto: 10, wrongDayShare: 0.05 }

/** Pages state when to try again, and clients follow. */
const backoff = { triesFactor: 1 / 3, backoffFactor: 4, pollFactor: 2 }

const timeoutFactor = 3

/** Apps of two partners, as Naver and Kakao were proposed; the core hears of a booking later. */
const door = { share: 0.3, delaySec: 60 }
const frontDoors = [5, 10, 20, 40].map((perSec): Way => [
  { code: 'FurtherFrontDoors', ...door, perSec },
  { set: { doors: ['Naver', 'Kakao'].map((name) => ({ name, ...door, perSec })) } },
])

/**
 * The levers that every plan looks at. Numbers that no source gives are values of the code, so that
 * the report states them; where several are plausible each is an option and the best is taken.
 */
export const builtInLevers: readonly Lever[] = [
  lever('AdmissionRate', ...admissionRates),
  lever('OneTicketPerPerson', [
    { code: 'OneTicketPerPerson' },
    { set: { 'population.devicesPerPerson': 1 } },
  ]),
  lever('CohortSplit', ...cohortSplits),
  lever('RandomPreQueue', [{ code: 'RandomPreQueue', preQueueSec }, { preQueueSec }]),
  lever('BirthDateRotation', [
    {
      code: 'BirthDateRotation',
      openings: rotation.splitInto,
      wrongDayShare: rotation.wrongDayShare,
    },
    rotation,
  ]),
  lever('ClientBackoff', [
    { code: 'ClientBackoff', ...backoff },
    {
      scale: {
        'behaviour.retry.tries': backoff.triesFactor,
        'behaviour.retry.backoffSec': backoff.backoffFactor,
        'waitingRoom.pollSec.back': backoff.pollFactor,
        'waitingRoom.maxTtlSec': backoff.pollFactor,
      },
    },
  ]),
  lever('BypassClosed', [
    { code: 'BypassClosed' },
    { set: { 'waitingRoom.failOpen': 0, 'behaviour.bypass.share': 0 } },
  ]),
  lever('LongerSessions', [
    { code: 'LongerSessions', factor: timeoutFactor },
    { scale: { 'journey[*].timeoutMs': timeoutFactor } },
  ]),
  lever('FurtherFrontDoors', ...frontDoors),
]

function lever(name: BuiltInLever['code'], ...ways: readonly Way[]): Lever {
  const options = ways.map(([what, change]): LeverOption => ({
    ...noChange,
    ...change,
    name: JSON.stringify(what),
    lever: name,
    what,
  }))
  return { name, options }
}
