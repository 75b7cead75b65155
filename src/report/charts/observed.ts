import type { ObservedQueues, RunRecord } from '../../record/run.ts'
import { isSimulated, stationsOf } from '../engine.ts'
import type { ReportRun } from '../types.ts'
import type { PanelLine } from './panels.ts'

/** A level as the visitors know it, and broad beneath it as the target showed it, where it did. */
export function besideObserved({ timeline }: RunRecord, name: keyof ObservedQueues): PanelLine[] {
  const own: PanelLine = { values: timeline[name], keep: 'extremes' }
  const observed = timeline.observed?.[name] ?? null
  if (observed === null) return [own]
  return [
    { ...own, what: 'by its visitors’ count' },
    { values: observed, keep: 'extremes', what: 'observed at the target', look: 'broad' },
  ]
}

/** The title of a panel of such levels: a picture that stands alone must say what is drawn. */
export function besideTitle(
  title: string,
  runs: readonly ReportRun[],
  name: keyof ObservedQueues,
): string {
  const isSeen = runs.some(({ run }) => (run.timeline.observed?.[name] ?? null) !== null)
  return isSeen ? `${title} (broad and pale: observed at the target)` : title
}

/** The title of a chart of stations, which says where those of a measured run come from. */
export function stationsTitle(title: string, runs: readonly ReportRun[]): string {
  const seen = runs.filter(
    ({ run }) => !isSimulated(run) && Object.keys(stationsOf(run)).length > 0,
  )
  if (seen.length === 0) return title
  return seen.length === runs.length
    ? `${title}, observed at the target`
    : `${title} (measured: observed at the target)`
}

const namesOf = (runs: readonly ReportRun[]) => runs.map(({ label }) => `“${label}”`).join(', ')

/** Says of levels that they were also observed, and where from; '' where they were not. */
export function observedText(runs: readonly ReportRun[], name: keyof ObservedQueues): string {
  const seen = runs.filter(({ run }) => (run.timeline.observed?.[name] ?? null) !== null)
  if (seen.length === 0) return ''
  const of = runs.length === 1 ? '' : ` of ${namesOf(seen)}`
  return `The broad pale line${of} is what was observed at the target, by its own count; the line on it is the count of its visitors, who learn of their turn only when they ask.`
}

/** Says whose stations were observed at a target, and whose nobody saw; '' of simulated runs alone. */
export function stationsText(runs: readonly ReportRun[]): string {
  const measured = runs.filter(({ run }) => !isSimulated(run))
  if (measured.length === 0) return ''
  const isSeen = ({ run }: ReportRun) => Object.keys(stationsOf(run)).length > 0
  const [seen, unseen] = [measured.filter(isSeen), measured.filter((one) => !isSeen(one))]
  const several = runs.length > 1
  return [
    ...(seen.length === 0
      ? []
      : [
          several
            ? `Of ${namesOf(seen)} this was observed at the target, from its own metrics.`
            : 'Observed at the target, from its own metrics.',
        ]),
    ...(unseen.length === 0 ? [] : [`Of ${namesOf(unseen)} nobody observed it.`]),
  ].join(' ')
}

/** Names the runs for which it is unknown what the screens showed. */
export function screensText(runs: readonly ReportRun[]): string {
  const measured = runs.filter(({ run }) => !isSimulated(run))
  if (measured.length === 0) return ''
  return `What the screens of ${namesOf(measured)} showed was not recorded.`
}
