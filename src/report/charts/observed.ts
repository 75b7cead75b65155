import type { ObservedQueues, RunRecord } from '../../record/run.ts'
import { isSimulated, stationsOf } from '../engine.ts'
import type { ReportRun } from '../types.ts'
import type { PanelLine } from './panels.ts'

/** A level as the visitors know it, and thin beside it as the target showed it, where it did. */
export function besideObserved({ timeline }: RunRecord, name: keyof ObservedQueues): PanelLine[] {
  const own: PanelLine = { values: timeline[name], keep: 'extremes' }
  const observed = timeline.observed?.[name] ?? null
  if (observed === null) return [own]
  return [
    { ...own, what: 'by its visitors’ count' },
    { values: observed, keep: 'extremes', what: 'observed at the target', thin: true },
  ]
}

const namesOf = (runs: readonly ReportRun[]) => runs.map(({ label }) => `“${label}”`).join(', ')

/** Says of levels that they were also observed, and where from; '' where they were not. */
export function observedText(runs: readonly ReportRun[], name: keyof ObservedQueues): string {
  const seen = runs.filter(({ run }) => (run.timeline.observed?.[name] ?? null) !== null)
  if (seen.length === 0) return ''
  const of = runs.length === 1 ? '' : ` of ${namesOf(seen)}`
  return `The thin line${of} is what the target itself showed; the strong one is its visitors’ count, who learn of their turn only when they ask.`
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

/** Says of which runs nobody knows what the screens showed. */
export function screensText(runs: readonly ReportRun[]): string {
  const measured = runs.filter(({ run }) => !isSimulated(run))
  if (measured.length === 0) return ''
  return `What the screens of ${namesOf(measured)} showed was not recorded.`
}
