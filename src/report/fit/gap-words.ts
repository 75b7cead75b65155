import type { Gap } from '../../fit/gap.ts'
import { counted, wordsFor, type WordsOf } from '../coded-words.ts'
import { formats } from '../format.ts'

const { count, number, share } = formats

/** Why a number is not identifiable, and what to measure. */
export interface GapText {
  readonly reason: string
  readonly measure: string
}

const longerLog = 'a log that begins before the opening and holds first contacts to its end'
const clientLog = 'a log with client ids (JSON lines with client or session) that covers failures'
const entryLog = 'a log with client ids, and --entry <path> to say which requests draw a ticket'
const moreWaits = 'waits of more people, some of them longer than most people are patient'
const steps = 'a rehearsal in steps of load with --observe, given by --steps'

const left = (of: number): string => `${share(of)} of the base's interval is left`
const few = (n: number, one: string, needed: number): string =>
  `only ${counted(n, one)}, ${count(needed)} are needed`

const shapes = { early: 'early arrivals', burst: 'a burst', decay: 'a decay' } as const

const words: WordsOf<Gap, GapText> = {
  FewArrivals: ({ arrivals, needed }) => ({
    reason: few(arrivals, 'arrival', needed),
    measure: longerLog,
  }),
  IntervalTooWide: ({ low, high }) => ({
    reason: `anything from ${number(low)} to ${number(high)} describes the data: that is no measurement`,
    measure: 'more data of the same kind',
  }),
  NoOpeningSeen: () => ({
    reason: 'a constant rate describes the arrivals as well: no opening can be seen',
    measure: longerLog,
  }),
  ArrivalShapeVague: () => ({
    reason: 'the arrivals are as likely with very different values: the interval is a guess',
    measure: 'more arrivals, or a longer log',
  }),
  ArrivalShapeUnseen: ({ shape }) => ({
    reason: `${shapes[shape]} cannot be told apart from the other arrivals: left out`,
    measure: 'a log that begins well before the opening, with more arrivals',
  }),
  RequestsWithoutClients: () => ({
    reason: 'nothing tells clients apart: these are requests, and a visitor makes many',
    measure: 'a log with client ids, or --entry <target> to say which requests draw a ticket',
  }),
  FewAddresses: ({ addresses }) => ({
    reason: `all requests came from ${addresses === 1 ? 'one address' : `${addresses} addresses`}, as behind a load balancer: visitors are not told apart`,
    measure: 'a log with the forwarded address (X-Forwarded-For) or an id of each visitor',
  }),
  PersonsUnknown: () => ({
    reason: 'the data identify devices or addresses, not people',
    measure: 'a log with the person of each request (JSON lines with person or user)',
  }),
  OnlyTicketsSeen: ({ field }) => ({
    reason: `only the number of tickets is seen (people × participation × devices per person): ${field} was set from it`,
    measure: 'how many people might have come: a register, an invitation list',
  }),
  NoTurnsSeen: () => ({
    reason: 'nothing shows at what rate turns are called',
    measure: 'screens of the waiting room (--screen), or a run with people waiting',
  }),
  PeopleInsideUnknown: ({ perSec }) => ({
    reason: `the scenario limits how many people are inside; turns called at ${number(perSec)} per second do not show that number`,
    measure: 'people inside (a live run with --observe)',
  }),
  ScreensDisagree: ({ minPerSec, maxPerSec }) => ({
    reason: `the screens disagree by more than their rounding (${number(minPerSec)} to ${number(maxPerSec)} per second): the rate changed, or what they show is not a rate`,
    measure: 'screens of one moment, and how fast a visitor moves up',
  }),
  AbsentTurnsUnseen: () => ({
    reason: 'visitors who were called and had left are not seen: the rate is somewhat higher',
    measure: 'turns called (a run of dambreak counts them over the first minute)',
  }),
  FewLeft: (gap) => ({
    reason: `${count(gap.left)} of ${count(gap.waits)} gave up, ${count(gap.needed)} are needed: the others never showed their patience`,
    measure: moreWaits,
  }),
  AllLeftAtOnce: () => ({
    reason: 'no distribution fits: everyone who gave up did so after the same wait',
    measure: moreWaits,
  }),
  PatienceTailUnseen: ({ seenShare, left: people }) => ({
    reason: `only the first ${share(seenShare)} of patience was seen to end (${count(people)} people): beyond, the distribution is a guess`,
    measure: moreWaits,
  }),
  ClientsUnknown: () => ({
    reason: 'the log does not tell one client from another',
    measure: clientLog,
  }),
  FewFailures: ({ failures, followed, needed }) => ({
    reason:
      failures === followed
        ? few(failures, 'failure', needed)
        : `${few(followed, 'failure', needed)} (of ${count(failures)}, the others are too late to show what came after)`,
    measure: clientLog,
  }),
  NoRetryLimitSeen: ({ tries }) => ({
    reason: `every client that failed tried again, up to ${count(tries)} times: no limit was seen`,
    measure: clientLog,
  }),
  FewRetries: ({ retries, needed }) => ({
    reason: `only ${count(retries)} tried again, ${count(needed)} are needed`,
    measure: clientLog,
  }),
  ReentryUnseen: () => ({
    reason: 'nothing shows who came again after a failure',
    measure: entryLog,
  }),
  FewFailedTickets: ({ failed, needed }) => ({
    reason: few(failed, 'failed ticket', needed),
    measure: entryLog,
  }),
  FewReentries: ({ reentries, needed }) => ({
    reason: `only ${count(reentries)} came again after a known time, ${count(needed)} are needed`,
    measure: entryLog,
  }),
  StepUnseen: ({ step }) => ({
    reason: `no path of the log matches the step ${step}, or the log has no response times`,
    measure: steps,
  }),
  FewResponses: ({ responses, needed }) => ({
    reason: few(responses, 'response', needed),
    measure: steps,
  }),
  SeveralVisits: ({ step, visits }) => ({
    reason: `a log shows responses, not how they are divided among the ${count(visits)} visits of ${step}`,
    measure: steps,
  }),
  ServiceTimeVague: ({ leftShare }) => ({
    reason: `this visit is too small a part of the response time: ${left(leftShare)}`,
    measure: 'more requests at a level without queues, with --observe',
  }),
  ContentionVague: ({ leftShare }) => ({
    reason: `services hardly slow down over the busy slots that were seen: ${left(leftShare)}`,
    measure: 'a level with few slots busy, and one with all slots busy',
  }),
  CoherencyVague: ({ leftShare }) => ({
    reason: `these levels do not tell coherency from contention: ${left(leftShare)}`,
    measure:
      'levels with few, half and all slots busy, on more instances where the station is shared',
  }),
  StationNeverFull: ({ station, minSlots }) => ({
    reason: `${station} was never full: it has ${counted(minSlots, 'slot')} or more`,
    measure: `a level at which requests wait for ${station}`,
  }),
  OneInstanceCount: ({ station, instances }) => ({
    reason: `${station} was seen on ${counted(instances, 'instance')} only: whether each instance has slots of its own comes from the base, not from the data`,
    measure: 'the same levels on another number of instances',
  }),
  SlotsArePerInstance: ({ station }) => ({
    reason: `the plateau of ${station} grows with the number of instances: its slots are not shared, as the base says`,
    measure: 'the same again with perInstance in the base',
  }),
  SlotsAreShared: ({ station }) => ({
    reason: `the plateau of ${station} does not grow with the number of instances: its slots are shared, not each instance's own as the base says`,
    measure: 'the same again with shared in the base',
  }),
}

export function gapText(gap: Gap): GapText {
  return wordsFor(words, gap)
}
