import type { PlanReason } from '../../plan/plan-reason.ts'
import type { PlanHeader } from '../../plan/plan-record.ts'
import { formats } from '../format.ts'
import { wordsFor, type WordsOf } from '../coded-words.ts'
import { amountText, listText, probabilityText, serversText } from './plan-words.ts'

const rate = (perSec: number) => Number(perSec.toPrecision(3))

/** The words for each reason of a recommendation. */
const words: WordsOf<PlanReason, string, [header: PlanHeader]> = {
  Interrupted: () =>
    'Interrupted: this is what was decided before the interruption, and the rest is missing.',
  AnswerMeets: ({ instances, pMeetsSlo, replications, probability }) =>
    `${serversText(instances)} met every objective in ${probabilityText(pMeetsSlo)} of ` +
    `${formats.count(replications)} draws, which is enough to decide for at least ` +
    `${formats.share(probability)}.`,
  BelowAnswer: ({ instances, pMeetsSlo, replications, verdict }) =>
    `${serversText(instances)} did in ${formats.share(pMeetsSlo.value)} of ` +
    `${formats.count(replications)} draws${verdict === 'undecided' ? ', which decides nothing' : ''}.`,
  UndecidedBelow: ({ instances }) =>
    `Fewer may be enough: the replications do not decide ${listText(instances)}.`,
  FailsAbove: ({ instances }) => `More servers are not always better: ${listText(instances)} fail.`,
  OverBudget: ({ instances, costPerHour, budgetPerHour }, { prices }) =>
    `${serversText(instances)} meet every objective and cost ${amountText(costPerHour)} ` +
    `${prices.currency} an hour, which is over the budget of ${amountText(budgetPerHour)}.`,
  Undecided: ({ instances }) =>
    `The replications do not decide ${listText(instances)}: allow more of them (--replications).`,
  NoneMeetsAll: ({ probability }) =>
    `No count meets all objectives together in ${formats.share(probability)} of the draws.`,
  ObjectiveFails: ({ expr, instances, pHolds, observedMid }) =>
    `No count meets “${expr}”: with ${serversText(instances)} it holds in ` +
    `${formats.share(pHolds.value)} of the draws` +
    `${observedMid === null ? '' : `, and the median is ${formats.number(observedMid)}`}.`,
  GateRate: ({ instances, admittedPerSec, tickets }) =>
    `With ${serversText(instances)} the gate admits ${rate(admittedPerSec)} a second: all ` +
    `${formats.count(tickets)} tickets of the crowd take ${formats.duration(tickets / admittedPerSec)}.`,
  SharedStation: ({ instances, station, visitorsPerSec, admittedPerSec }) =>
    `All servers share ${station}, which carries ${rate(visitorsPerSec)} visitors a second. The ` +
    `gate admits ${rate(admittedPerSec)} with ${serversText(instances)}: more servers do not help.`,
  BusiestStation: ({ instances, station, utilisation }) =>
    `The busiest station with ${serversText(instances)} is ${station}, ` +
    `${formats.share(utilisation)} utilised by the closed form.`,
  RegretUnpriced: () =>
    'Regret requires prices: cost.instancePerHour, and cost.lostBooking or cost.waitingPerHour.',
  MinRegret: ({ instances, regret, draws, isAnswer, isMaxTried }, { prices }) =>
    `${serversText(instances)} ${isAnswer ? 'also ' : ''}${instances === 1 ? 'has' : 'have'} the ` +
    `lowest expected regret (${amountText(regret)} ${prices.currency}), on average over the ` +
    `${formats.count(draws)} draws that all counts have` +
    `${isMaxTried ? '; this is the largest count tried, and more servers may have less' : ''}.`,
  FullSizeRun: ({ instances, draw, meetsSlo, coarseMeetsSlo }) => {
    const where =
      draw === null
        ? 'At the middle of all parameters'
        : `In draw ${draw + 1}, the first in which the two counts differ,`
    const coarse =
      meetsSlo === coarseMeetsSlo
        ? 'The coarse run agrees.'
        : 'The coarse run disagrees: take the answer with care.'
    return `${where} a full-size run with ${serversText(instances)} ${meetsSlo ? 'meets' : 'does not meet'} every objective. ${coarse}`
  },
  Text: ({ text }) => text,
}

export const reasonText = (reason: PlanReason, header: PlanHeader): string =>
  wordsFor(words, reason, header)

/** Why the plan recommends what it does, the most important first. */
export const reasonTexts = ({
  recommendation,
  header,
}: {
  readonly recommendation: { readonly reasons: readonly PlanReason[] }
  readonly header: PlanHeader
}): string[] => recommendation.reasons.map((reason) => reasonText(reason, header))
