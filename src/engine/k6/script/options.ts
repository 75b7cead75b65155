import type { RunData } from '../run-data.ts'
import { iterationLeadMs, iterationStages, type ArrivalStages } from '../stages.ts'
import type { ScriptTarget } from './target.ts'

/** If a larger share of the planned visitors never began, the run is invalid. */
const maxDroppedShare = 0.005

/** How long a visitor's last requests may take beyond the end. */
const drainMs = 60_000

export interface OptionInputs {
  /** `null` where nobody reads the options again: in a VU. */
  readonly stages: ArrivalStages | null
  readonly hosts: ScriptTarget['hosts']
}

/** How long before the run's beginning k6 begins. */
export const leadMsOf = ({ visitorsPerVu }: Pick<RunData, 'visitorsPerVu'>): number =>
  visitorsPerVu > 1 ? iterationLeadMs : 0

/** The script's `options`. */
export function optionsOf(data: RunData, { stages, hosts }: OptionInputs) {
  return {
    ...(stages === null ? {} : runOptions(data, iterationStages(stages, data.visitorsPerVu))),
    ...(Object.keys(hosts).length === 0 ? {} : { hosts }),
  }
}

function runOptions(data: RunData, arrivals: ArrivalStages) {
  const { visitorsPerVu, vus, startsAtMs, window } = data
  const iterations = Math.ceil(data.arrivals.visitors / visitorsPerVu)
  const stagesMs = arrivals.stages.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const leftMs = Math.max(0, window.endsAtMs - startsAtMs - stagesMs)
  return {
    // What k6 adds to every point of its own; ours carry their own tags.
    systemTags: [] as string[],
    // A visitor's connections are its own, and end with it.
    noVUConnectionReuse: true,
    maxRedirects: 0,
    // It waits for the planned beginning.
    setupTimeout: '48h',
    summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max'],
    scenarios: {
      surge: {
        executor: 'ramping-arrival-rate' as const,
        exec: 'default',
        timeUnit: `${arrivals.timeUnitSec}s`,
        startRate: arrivals.startTarget,
        stages: arrivals.stages.map(({ target, durationMs }) => ({
          target,
          duration: `${durationMs}ms`,
        })),
        preAllocatedVUs: vus.atOnce,
        maxVUs: vus.most,
        gracefulStop: `${Math.ceil(leftMs + drainMs)}ms`,
      },
    },
    thresholds: {
      dropped_iterations: [`count<=${Math.floor((iterations * maxDroppedShare) / data.parts)}`],
    },
  }
}
