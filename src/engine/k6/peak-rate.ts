import type { ExportedRun } from './export-run.ts'

type Peak = Pick<ExportedRun, 'data' | 'users' | 'stages'>

/**
 * About how many requests a second the run makes at its busiest: those who come ask once, those who
 * wait poll, those inside go through their journey.
 */
export function peakPerSec({ data, users, stages }: Peak): number {
  const { arrivals, scenario } = data
  const { timeUnitSec, startTarget } = arrivals
  const most = stages.reduce((top, { target }) => Math.max(top, target), startTarget)
  const polls = scenario.waitingRoom.protocol === 'none' ? 0 : users.visitorsAtOnce
  return most / timeUnitSec + polls / Math.max(0.1, scenario.waitingRoom.pollSec.back)
}
