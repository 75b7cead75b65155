import type { DisagreementCause } from '../../plan/disagreement-cause.ts'
import { formats } from '../format.ts'
import { wordsFor, type WordsOf } from '../coded-words.ts'

/** The words for each mechanism that a closed form leaves out. */
const words: WordsOf<DisagreementCause> = {
  FutileWork: () =>
    'futile work: the stack collapses and serves requests whose clients have given up; the closed form books everybody who is admitted',
  GateLeak: ({ leakedShare }) =>
    `the gate leaks: ${formats.share(leakedShare)} of those inside were never admitted; the closed form knows the gate’s rate only`,
  ReturnsAfterCollapse: () =>
    'the stack collapses and people come back with new tickets; in the closed form nobody does',
  DuplicateTickets: () =>
    'duplicates: tickets of people who have booked take turns too, in an order that the closed form assumes to be random',
  BookingsAfterTheLine: () => 'think time: the last people admitted book after the line is empty',
  PatienceSpread: ({ cv }) =>
    `patience has a coefficient of variation of ${formats.number(cv)}; the closed form assumes an exponential, which has 1`,
  PatienceShape: ({ dist }) =>
    `patience is ${dist}, with the mean and spread of the exponential that the closed form assumes, but fewer people leave early`,
  FurtherFrontDoors: () => 'further front doors take people past the line',
  PlacesUnderLoad: () =>
    'places become free as the stack serves them, more slowly under load than at rest',
  FluidLine: () =>
    'the closed form treats the line as a fluid; in the simulation a turn is taken at the next poll, and people who left cost their turns',
  Text: ({ text }) => text,
}

export const causeText = (cause: DisagreementCause): string => wordsFor(words, cause)
