import type { CandidateVerdict } from '../../../plan/plan-figures.ts'
import type { Candidate, Plan } from '../../../plan/plan-record.ts'
import type { ChartConfig, Point, Whisker } from '../../charts/config.ts'
import { formats } from '../../format.ts'
import { overInstances, plainReach, points, type PointLook } from './over-instances.ts'

const verdictLooks: Record<CandidateVerdict, PointLook> = {
  meets: { colour: '@booked', style: 'circle', radiusPx: 4.5 },
  undecided: { colour: '@muted', style: 'triangle', isHollow: true, radiusPx: 6 },
  fails: { colour: '@bad', style: 'crossRot' },
}

const labels: Record<CandidateVerdict, string> = {
  meets: 'meets all objectives',
  undecided: 'undecided',
  fails: 'fails',
}

const verdicts = ['meets', 'undecided', 'fails'] as const

/** The probability that all objectives hold, and below it that of a collapse, with 95% intervals. */
export function probability(plan: Plan): ChartConfig {
  const { candidates, header } = plan
  const panel = (id: string, of: 'pMeetsSlo' | 'pCollapse') => ({
    id,
    format: 'share' as const,
    reach: plainReach([], 1),
    datasets: verdicts.flatMap((verdict) => {
      const own = candidates.filter((candidate) => candidate.verdict === verdict)
      const point = (candidate: Candidate): Point => [candidate.instances, candidate[of].value]
      const legend = id === 'y0'
      const data = own.map(point)
      const dataset = { data, label: labels[verdict], yAxisID: id, key: `${verdict}-${of}`, legend }
      return own.length === 0 ? [] : [points(verdictLooks[verdict], dataset)]
    }),
    whiskers: candidates.map((candidate): Whisker => ({
      kind: 'whisker',
      axis: id,
      x: candidate.instances,
      low: candidate[of].low,
      high: candidate[of].high,
      colour: verdictLooks[candidate.verdict].colour,
    })),
  })
  const [meets, collapse] = [panel('y0', 'pMeetsSlo'), panel('y1', 'pCollapse')]
  return overInstances(plan, {
    title: 'Probability by number of servers',
    heightPx: 560,
    panels: [
      {
        ...meets,
        title: 'All objectives hold',
        weight: 3,
        shapes: [
          {
            kind: 'rule',
            axis: 'y0',
            y: header.probability,
            label: `asked for: ${formats.share(header.probability)}`,
            colour: '@ink',
          },
          ...meets.whiskers,
        ],
      },
      { ...collapse, title: 'It collapses', weight: 2, shapes: collapse.whiskers },
    ],
  })
}
