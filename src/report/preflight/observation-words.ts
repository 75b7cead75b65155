import type {
  AnswerName,
  GateReply,
  Observation,
  OfferFault,
  Seen,
} from '../../preflight/observation.ts'
import { wordsFor, type WordsOf } from '../coded-words.ts'
import { answerFaultWords } from '../verdict-words.ts'

/** Answers that have words of their own; others are named by their HTTP status. */
const answers: Partial<Record<AnswerName, string>> = {
  ok: 'a good answer',
  refused: 'connection refused',
  reset: 'connection reset',
  connectTimeout: 'connect timeout',
  timeout: 'timeout',
  soldOut: 'sold out',
  alreadyBooked: 'refused as already booked',
  ineligible: 'refused as ineligible',
  notOpen: 'not open yet',
  closed: 'service is off',
}

function answerText({ answer, status }: Seen): string {
  if (answer === 'malformed')
    return `an answer that the scenario does not describe (HTTP ${status})`
  return answers[answer] ?? (status > 0 ? `HTTP ${status}` : answer)
}

/** What a visitor got at a step, with the target's own words. */
function seenText(seen: Seen): string {
  const { step, said, isBooking, answer } = seen
  const got = isBooking && answer === 'ok' ? 'booked' : answerText(seen)
  return `${got} at "${step}"${said === '' ? '' : `: ${said}`}`
}

const gateWords: WordsOf<GateReply> = {
  LetIn: () => 'let in',
  LetInWithoutKey: () => 'let in without a key',
  Waiting: ({ ahead }) => `waiting, ${ahead} ahead`,
  NotStarted: () => 'not started',
  KeyExpired: () => 'key expired',
  Refused: () => 'refused by the gate',
  NoAnswer: ({ outcome }) => `no answer from the gate (${outcome ?? 'unknown'})`,
}

const gateText = (gate: GateReply): string => wordsFor(gateWords, gate)

const offerWords: WordsOf<OfferFault> = {
  NotShown: ({ place, date }) => `${place}, ${date} is not shown`,
  NotConfigured: ({ place, date }) => `${place}, ${date} is shown, but not configured`,
  OtherSlots: ({ place, date, shown, configured }) =>
    `${place}, ${date}: ${shown} slots, not ${configured}`,
  BookedBeforeOpening: ({ place, date, booked }) =>
    `${place}, ${date}: ${booked} are booked before the opening`,
  TextNotShown: ({ text }) => `${text} is not shown`,
}

/** Further ones are counted. */
const maxOffers = 3

function offersText(faults: readonly OfferFault[]): string {
  const more = faults.length > maxOffers ? `; and ${faults.length - maxOffers} more` : ''
  const shown = faults.slice(0, maxOffers).map((fault) => wordsFor(offerWords, fault))
  return `${shown.join('; ')}${more}`
}

interface CleanUp {
  readonly made: number
  readonly undone: number
}

const undoneText = ({ made, undone }: CleanUp) => `${undone} of ${made} taken back`

const heldText = ({ before, after }: { readonly before: number; readonly after: number }) =>
  `the stack holds ${after}, ${before} before this check`

/** The words for everything that a row can come to. */
const words: WordsOf<Observation> = {
  NoWayInBeforeOpening: () =>
    'not before the opening: no way in without --control or --test-key-env',
  NoControl: () => 'there is no --control',
  TrialVisitorNotCalled: () => 'the gate did not call the visitor that it was ordered to call',
  NobodyLetIn: ({ gate }) => `the gate let nobody in: ${gateText(gate)}`,
  NoTicket: ({ gate }) => `the gate issues no ticket: ${gateText(gate)}`,
  TrialVisitorNotLetIn: ({ gate }) => `a visitor on trial: ${gateText(gate)}`,
  OrderRefused: ({ detail }) => `the stack refuses the order to let a visitor in: ${detail}`,

  GateShut: ({ gate }) => gateText(gate),
  OpenBeforeOpening: ({ gate }) => `${gateText(gate)} before the opening`,
  NeitherWaitingNorIn: ({ gate }) => `neither waiting nor let in: ${gateText(gate)}`,
  VisitorLetIn: () => 'let in',
  OpenedDuringCheck: () => 'it opened during this check: start earlier',
  AlsoAtTheEnd: ({ came }) => `${observationText(came)}, at the end as well`,
  OnlyAtTheEnd: ({ came }) => `at the end: ${observationText(came)}`,

  Refused: ({ seen }) => seenText(seen),
  SentElsewhere: ({ seen }) => `sent elsewhere, ${seenText(seen)}`,
  LetThrough: ({ seen }) => `let through: ${seenText(seen)}`,
  ErrorNotRefusal: ({ seen }) => `an error instead of a refusal: ${seenText(seen)}`,
  NeitherRefusedNorLetThrough: ({ seen }) => `neither refused nor let through: ${seenText(seen)}`,
  NeitherBookedNorRefused: ({ seen }) => `neither booked nor refused: ${seenText(seen)}`,
  ServiceOff: ({ seen }) => `service is off: ${seenText(seen)}`,
  PagesShut: ({ seen }) => `the pages are shut: ${seenText(seen)}`,
  NotBooked: ({ seen }) => seenText(seen),
  NoPageTried: () => 'no page was tried',
  NoKeyToTry: () => 'the gate issued no key to try this with',
  NobodyCouldBook: () => 'nobody could book even once',
  BookedAndTakenBack: () => 'booked, and taken back',
  BookedNotTakenBack: () => 'booked, but not taken back',
  Booked: () => 'booked',
  BookedAgain: () => 'booked again',
  RefusedOtherwise: ({ expected, seen }) =>
    `refused, but not as ${expected === 'ineligible' ? expected : 'already booked'}: ${seenText(seen)}`,
  RefusalUnclear: ({ expected, seen }) =>
    `${seenText(seen)}; without expect.${expected} in the scenario it may be an error`,

  BookedOnce: ({ tries }) => `booked once, in each of ${tries} tries`,
  SeveralBooked: ({ attempt, booked, devices }) =>
    `try ${attempt}: ${booked} of ${devices} devices booked`,
  NoneBooked: ({ attempt, seen }) => `try ${attempt}: none booked: ${seenText(seen)}`,
  OtherNotTold: ({ attempt, seen }) =>
    `try ${attempt}: one booked, another was not refused as already booked: ${seenText(seen)}`,

  InOrder: ({ turns }) => `so in ${turns} turns`,
  TooFewTurns: ({ turns }) => `too few turns to check: ${turns} in time`,
  Overtaken: ({ turn }) => `turn ${turn}: the second was let in while the first still waited`,
  NeitherCalled: () => 'the gate called neither of the two',
  LetInAtOnce: () => 'too few turns to check: the gate lets everybody in at once, no two wait',
  NoTurnsBeforeOpening: () => 'no turns are called before the opening: no way in without --control',
  NoLine: ({ gate }) => `there is no line of two: ${gateText(gate)}`,

  OffersUnanswered: () => 'the page of offers does not answer',
  OffersSame: () => 'the same',
  OffersNamed: () => 'every place and date is on the page; counts are not',
  OffersNotFound: ({ status }) =>
    `HTTP ${status} for the page of offers: name another by --offers <path>`,
  OffersUnreadable: ({ fault }) => `the page of offers cannot be read: ${answerFaultWords[fault]}`,
  OffersError: ({ status }) => `HTTP ${status} for the page of offers`,
  OffersDiffer: ({ faults }) => offersText(faults),

  AllTakenBack: (one) =>
    one.held === null ? undoneText(one) : `${undoneText(one)}; ${heldText(one.held)}`,
  NotAllTakenBack: (one) => `${undoneText(one)}: the rest is still there`,
  HeldBookingsChanged: (one) => `${undoneText(one)}, but ${heldText(one.held)}`,
}

/** What came of a row; parts of it are the target's own text, for the caller to escape. */
export const observationText = (came: Observation): string => wordsFor(words, came)
