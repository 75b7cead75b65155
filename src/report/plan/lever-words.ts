import type { LeverBasis } from '../../plan/lever-basis.ts'
import type { LeverRow } from '../../plan/plan-record.ts'
import type { PulledLever } from '../../plan/pulled-lever.ts'
import { formats } from '../format.ts'
import { wordsFor, type WordsOf } from '../coded-words.ts'

type Admission = Extract<PulledLever, { code: 'AdmissionRate' }>

const admissionWords: Record<Admission['field'], string> = {
  perSecPerInstance: 'admissions a second per server',
  perSec: 'admissions a second',
  maxInside: 'places inside',
}

const daysText = (days: number) => `${formats.count(days)} ${days === 1 ? 'day' : 'days'}`

/** What each lever is called, in tables and on charts. */
const names: WordsOf<PulledLever> = {
  AdmissionRate: ({ factor }) => `admission rate × ${formats.number(factor)}`,
  OneTicketPerPerson: () => 'one ticket per person',
  CohortSplit: ({ openings }) => `cohort split: ${formats.count(openings)} openings`,
  RandomPreQueue: () => 'random pre-queue',
  BirthDateRotation: () => 'birth-date rotation',
  ClientBackoff: () => 'client back-off',
  BypassClosed: () => 'bypass closed',
  LongerSessions: () => 'longer sessions',
  FurtherFrontDoors: ({ perSec }) => `further front doors: ${formats.number(perSec)} a second each`,
  Text: ({ name }) => name,
}

/** What each lever does. */
const descriptions: WordsOf<PulledLever> = {
  AdmissionRate: ({ field, factor }) =>
    `The gate’s ${admissionWords[field]} × ${formats.number(factor)}, the best of the factors tried.`,
  OneTicketPerPerson: () => 'The waiting room knows people, not devices: one ticket each.',
  CohortSplit: ({ openings }) =>
    `${formats.count(openings)} openings, each for its share of the people and the slots, so far apart that one is over before the next. One of them is judged.`,
  RandomPreQueue: ({ preQueueSec }) =>
    `Whoever comes in the ${formats.duration(preQueueSec)} before the opening draws a place by lot, so nobody gains by being first. Time spent before the opening counts as waiting; the longest waits may come out short by about half of that time.`,
  BirthDateRotation: ({ openings, wrongDayShare }) =>
    `${daysText(openings)}, each for its share of the people (as masks were sold by birth year in 2020). Of the others ${formats.share(wrongDayShare)} come on the wrong day and are turned away.`,
  ClientBackoff: ({ triesFactor, backoffFactor, pollFactor }) =>
    `Pages state when to try again: tries × ${formats.number(triesFactor)}, pauses between them × ${formats.number(backoffFactor)}, time between polls × ${formats.number(pollFactor)}.`,
  BypassClosed: () => 'The booking pages check every key: no bypass, and nothing fails open.',
  LongerSessions: ({ factor }) =>
    `Clients wait ${formats.number(factor)} times as long for an answer before they give up.`,
  FurtherFrontDoors: ({ share, perSec, delaySec }) =>
    `Two partners’ apps (Naver and Kakao were proposed) take ${formats.share(share)} of the people each, keep a line of their own and do everything except the booking, which the core learns of ${formats.duration(delaySec)} later. Each hands on ${formats.number(perSec)} people a second, the best of the rates tried.`,
  Text: ({ description }) => description,
}

type Pulled = Pick<LeverRow, 'pulled'>

/** `one ticket per person + bypass closed` */
export const leverName = ({ pulled }: Pulled): string =>
  pulled.map((one) => wordsFor(names, one)).join(' + ')

const bases: WordsOf<LeverBasis> = {
  Screened: ({ draws, maxCollapses }) =>
    `no collapse: at most ${formats.count(maxCollapses)} of ${formats.count(draws)} draws collapse`,
  Text: ({ text }) => text,
}

/** What the levers of a row do, and what its count without collapse rests on. */
export function leverDescription({ pulled, basis }: Pulled & Pick<LeverRow, 'basis'>): string {
  const does = pulled.map((one) => wordsFor(descriptions, one)).join(' ')
  const rests = wordsFor(bases, basis)
  return rests === '' ? does : `${does} (${rests})`
}
