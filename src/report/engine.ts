import type { RunRecord } from '../record/run.ts'

/** How a run came about, in a reader's words. */
export const engineWords: Record<RunRecord['header']['engine'], string> = {
  sim: 'simulated',
  live: 'measured live',
  k6: 'measured with k6',
  log: 'from an access log',
}

export function isLive({ header }: RunRecord): boolean {
  return header.engine === 'live'
}

/** Whether it is what an access log tells, which knows of no visitor's end. */
export function isLog({ header }: RunRecord): boolean {
  return header.engine === 'log'
}

export function isSimulated({ header }: RunRecord): boolean {
  return header.engine === 'sim'
}

/** `measured live and simulated`, in the order of the runs. */
export function enginesText(runs: readonly RunRecord[]): string {
  return [...new Set(runs.map(({ header }) => engineWords[header.engine]))].join(' and ')
}

/** Whether the runs are by several engines, to be held against one another. */
export function isMixed(runs: readonly RunRecord[]): boolean {
  return new Set(runs.map(({ header }) => header.engine)).size > 1
}

/** What the figures of a table of these runs are. */
export function resultWord(runs: readonly RunRecord[]): string {
  if (runs.every(isSimulated)) return 'simulated'
  return runs.some(isSimulated) ? 'simulated or measured' : 'measured'
}

/**
 * Stations with data in a run. A live run knows only the stations that its target showed; one that was
 * looked for and never seen has only zeros in the record.
 */
export function stationsOf(run: RunRecord): RunRecord['timeline']['stations'] {
  const { stations } = run.timeline
  if (isSimulated(run)) return stations
  const isSeen = ({ busy, queue }: (typeof stations)[string]) =>
    busy.some((n) => n > 0) || queue.some((n) => n > 0)
  return Object.fromEntries(Object.entries(stations).filter(([, series]) => isSeen(series)))
}
