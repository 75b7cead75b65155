import type { DataSource } from '../../fit/data-source.ts'
import type { Estimate } from '../../fit/estimate.ts'
import type { EstimateBasis } from '../../fit/estimate-basis.ts'
import { counted, wordsFor, type WordsOf } from '../coded-words.ts'
import { formats } from '../format.ts'

const { count, number, share } = formats

const of = (inputs: readonly string[], what: string): string => `${inputs.join(', ')}: ${what}`

const sources: WordsOf<DataSource> = {
  FirstContacts: (from) => of(from.inputs, counted(from.count, 'first contact')),
  Requests: (from) => {
    const clients = from.hasClients ? '' : ' (nothing tells clients apart)'
    return of(from.inputs, `${counted(from.count, 'request')}${clients}`)
  },
  Tickets: (from) => of(from.inputs, counted(from.count, 'ticket')),
  Waits: (from) => of(from.inputs, counted(from.count, 'wait')),
  Runs: (from) => from.inputs.join(', '),
  Screens: (from) => `${counted(from.count, 'screen')} of the waiting room`,
  SteppedRuns: (from) =>
    `${counted(from.count, 'request')} of ${counted(from.runs, 'rehearsal')} in steps of load`,
}

/** `access.log: 12,043 first contacts` */
export function sourceText(from: DataSource): string {
  return wordsFor(sources, from)
}

const likelihood = 'maximum likelihood'

const over = (instances: number): string =>
  instances === 1 ? '' : `, divided by ${counted(instances, 'instance')}`

const perPerson = (devices: number): string => `${number(devices)} devices per person`

const bases: WordsOf<EstimateBasis> = {
  ArrivalLikelihood: ({ errorFactor }) =>
    errorFactor > 1.02
      ? `${likelihood}, errors × ${errorFactor.toFixed(2)} for roughness`
      : likelihood,
  ScreensAgree: ({ screens, instances }) =>
    `people ahead / wait of ${counted(screens, 'screen')}, within their rounding${over(instances)}`,
  ScreensDisagree: ({ screens, instances }) =>
    `people ahead / wait of ${counted(screens, 'screen')} that disagree: the spread between them${over(instances)}`,
  FirstMinuteTurns: ({ edgeSec, instances }) =>
    `turns called in the first minute, to within ${number(edgeSec)} s${over(instances)}`,
  TurnsWhileWaiting: ({ stretches, stretchSec, instances }) =>
    `turns called while people waited, ${count(stretches)} stretches of ${number(stretchSec)} s${over(instances)}`,
  ClientsPerPerson: ({ clients, persons }) =>
    `${counted(clients, 'client')} of ${counted(persons, 'person', 'people')}`,
  TicketsOfPeople: ({ people, devicesPerPerson }) =>
    `of ${count(people)} people with ${perPerson(devicesPerPerson)}`,
  TicketsOfShare: ({ participation, devicesPerPerson }) =>
    `at a participation of ${share(participation)} and ${perPerson(devicesPerPerson)}`,
  CensoredWaits: ({ left, distribution }) =>
    `${count(left)} gave up, the rest censored; ${distribution}, ${likelihood}`,
  RetryLimit: ({ failed, retriedShare }) =>
    `${counted(failed, 'failed request')}; ${share(retriedShare)} try again up to the limit`,
  RetryShare: ({ failed, retriedShare }) =>
    `${counted(failed, 'failed request')}; ${share(retriedShare)} try again each time: the mean number of tries stands for it`,
  RetryPauses: ({ failed, pauses, distribution }) =>
    `${counted(failed, 'failed request')}; ${counted(pauses, 'pause')}, ${distribution}, ${likelihood}`,
  FailedTickets: ({ failed }) => counted(failed, 'failed ticket'),
  ReentryDelays: ({ reentries, distribution }) =>
    `${count(reentries)} came again, ${distribution}, ${likelihood}`,
  LowLoadResponses: ({ distribution }) =>
    `responses at low load: an upper bound of the service time; ${distribution}, ${likelihood}`,
  SimulatedMoments: ({ levels, instances, misfit }) =>
    `${counted(levels, 'level')} on ${instances.join(', ')} ${instances.join() === '1' ? 'instance' : 'instances'}, simulated moments, misfit ${misfit.toFixed(2)}`,
  Knee: ({ slots, buckets }) =>
    `knee: at most ${count(slots)} busy, in ${counted(buckets, 'bucket')} with requests waiting`,
}

/** How a number was estimated, for its evidence: `waits.csv: 500 waits, 180 gave up, …`. */
export function estimateSource({ from, basis }: Pick<Estimate, 'from' | 'basis'>): string {
  return `${sourceText(from)}, ${wordsFor(bases, basis)}`
}

/** Evidence of the numbers of `dambreak init` in a fitted scenario. */
export const initSource = 'the default of dambreak init, not measured'
