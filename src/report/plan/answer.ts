import type { Candidate, Plan } from '../../plan/plan-record.ts'
import { dateAt, epochSecOf, minuteAt, offsetSecOf } from '../clock.ts'
import { formats } from '../format.ts'
import {
  costText,
  isUnbroken,
  listText,
  probabilityText,
  rangeParts,
  serversText,
  timeText,
  triedText,
} from './plan-words.ts'

/** The candidate whose figures are shown: the recommended one, else the likeliest to meet all. */
function shownCandidate({ candidates, recommendation }: Plan): Candidate | null {
  const own = candidates.find(({ instances }) => instances === recommendation.instances)
  if (own !== undefined) return own
  let best: Candidate | null = null
  for (const candidate of candidates)
    if (best === null || candidate.pMeetsSlo.value > best.pMeetsSlo.value) best = candidate
  if (best === null || best.pMeetsSlo.value > 0) return best
  // Where none ever did, the one with the lowest regret, or the largest that was tried.
  const cheapest = candidates.find(
    ({ instances }) => instances === recommendation.minRegretInstances,
  )
  return cheapest ?? candidates.at(-1) ?? best
}

/** The title that was given, or the opening that is planned. */
export function planTitle({ header }: Plan, title?: string): string {
  if (title !== undefined) return title
  const [atSec, offsetSec] = [epochSecOf(header.opensAt), offsetSecOf(header.opensAt)]
  return `How many servers? The opening of ${dateAt(atSec, offsetSec)}, ${minuteAt(atSec, offsetSec)}`
}

/** Scenario, variant and span, and what was drawn. */
export function planSubtitle(plan: Plan): string {
  const { header, audit } = plan
  const spanSec = epochSecOf(header.endsAt) - epochSecOf(header.opensAt)
  const variant = header.variant === 'base' ? '' : `, variant ${header.variant}`
  return `Scenario ${header.scenarioName}${variant}, followed for ${formats.duration(spanSec)}. Tried: ${triedText(plan).replace(/^of |^from /, '')} servers, ${formats.count(audit.replications)} simulated openings, seed ${header.seed}.`
}

const ofOpenings = ({ pMeetsSlo, replications }: Candidate) =>
  `in ${probabilityText(pMeetsSlo)} of ${formats.count(replications)} simulated openings`

/** Objectives that no count reaches by itself. */
function unreachedText({ objectives }: Plan): string {
  const unreached = objectives.filter(({ instancesNeeded }) => instancesNeeded === null)
  if (unreached.length === 0) return ''
  const names = listText(unreached.map(({ expr }) => `“${expr}”`))
  return ` None of them reaches ${names}.`
}

/** The answer, as a sentence for whoever decides. */
export function answerText(plan: Plan): string {
  const { header, candidates, recommendation } = plan
  const asked = formats.share(header.probability)
  const shown = shownCandidate(plan)
  if (shown === null) return 'No number of servers was tried.'
  if (recommendation.instances !== null) {
    const meet = shown.instances === 1 ? 'meets' : 'meet'
    const did = shown.instances === 1 ? 'it did' : 'they did'
    return `With a probability of at least ${asked}, ${serversText(recommendation.instances)} ${meet} all objectives: ${did} ${ofOpenings(shown)}.`
  }
  const open = candidates.filter(({ verdict }) => verdict === 'undecided')
  const tried = triedText(plan)
  if (open.length > 0) {
    const which = listText(open.map(({ instances }) => instances))
    return `It is not decided whether any number of servers ${tried} meets all objectives with a probability of ${asked}: with ${which} the simulated openings leave it open.`
  }
  const none =
    tried.startsWith('from') || candidates.length < 2
      ? `No number of servers ${tried}`
      : `None ${tried} servers`
  const did =
    shown.pMeetsSlo.value === 0
      ? 'No simulated opening met them all with any of these.'
      : `The best, ${serversText(shown.instances)}, did ${ofOpenings(shown)}.`
  return `${none} meets all objectives with a probability of ${asked}. ${did}${unreachedText(plan)}`
}

/** What qualifies the answer, besides the reasons that the plan gives itself. */
export function besideAnswer(plan: Plan): string[] {
  const { header, candidates, recommendation } = plan
  const lines: string[] = []
  const needed = recommendation.instances
  const open = candidates.filter(
    ({ verdict, instances }) => verdict === 'undecided' && needed !== null && instances < needed,
  )
  for (const one of open)
    lines.push(
      `${serversText(one.instances)} ${one.instances === 1 ? 'is' : 'are'} undecided, not ruled out: ${probabilityText(one.pMeetsSlo)} lies on both sides of ${formats.share(header.probability)}.`,
    )
  const counts = candidates.map(({ instances }) => instances)
  if (needed !== null && !isUnbroken(counts))
    lines.push(`Only ${listText(counts)} were tried; a count between them may be enough.`)
  return lines
}

export interface KeyFigure {
  readonly label: string
  readonly value: string
  /** The interval around it, or what else belongs to it. */
  readonly more: string
}

/** A strip of figures of the recommended candidate, or of the likeliest. */
export function keyFigures(plan: Plan): KeyFigure[] {
  const shown = shownCandidate(plan)
  if (shown === null) return []
  const { recommendation, header } = plan
  const range = (label: string, { mid, around }: { mid: string; around: string }): KeyFigure => ({
    label,
    value: mid,
    more: around,
  })
  const share = ({ value, low, high }: Candidate['pMeetsSlo']) => ({
    mid: formats.share(value),
    around: `${formats.share(low)} to ${formats.share(high)}`,
  })
  const perHour =
    header.prices.instancePerHour === null
      ? ''
      : `${formats.number(header.prices.instancePerHour * shown.instances)} ${header.prices.currency} an hour`
  const isOpen = plan.candidates.some(({ verdict }) => verdict === 'undecided')
  return [
    {
      label: 'Servers needed',
      value:
        recommendation.instances === null
          ? isOpen
            ? 'undecided'
            : 'none enough'
          : formats.count(recommendation.instances),
      more:
        recommendation.instances === null
          ? `the figures here: with ${formats.count(shown.instances)}`
          : `of ${triedText(plan).replace(/^of |^from /, '')}`,
    },
    range('All objectives hold', share(shown.pMeetsSlo)),
    range('It collapses', share(shown.pCollapse)),
    range('p95 wait', rangeParts(shown.waitSecP95, timeText)),
    range('Queue drained after', rangeParts(shown.drainSec, timeText)),
    { label: 'Servers cost', value: costText(plan, shown.cost), more: perHour },
  ]
}
