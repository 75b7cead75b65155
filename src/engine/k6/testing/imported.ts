import { DambreakError, faultText } from '../../../core/errors.ts'
import type { RunRecord } from '../../../record/run.ts'
import { loadScenario } from '../../../scenario/load/load.ts'
import { populationOf } from '../../../workload/population.ts'
import { importK6 } from '../import/import-k6.ts'
import type { ImportEnvironment, K6File } from '../import/k6-file.ts'
import { metrics } from '../points.ts'
import { exportRun } from '../export-run.ts'
import {
  madeRun,
  madeSmallRun,
  madeVisitors,
  metricLine,
  pointLine,
  runnerLine,
} from './k6-output.ts'

/** What tests of the importer share: smoke, as if k6 had run it. */
export const loaded = await loadScenario('smoke', { allowCode: false })
export const run = madeRun(loaded)
export const { tickets, came: people } = populationOf(loaded.scenario, 1)

/** Visitors that are due before the end. */
export const due = exportRun(loaded, {
  seed: 1,
  population: 1,
  speed: 1,
  visitorsPerVu: 1,
  parts: 1,
}).data.arrivals.visitors

/** k6 tells once a second how many VUs there are: the last of these is its end. */
export const lastLine = pointLine('vus', 6 * 60_000, { value: 0 })

/** A few visitors, which is enough to see what is kept: all of a small run. */
export const few = madeSmallRun(loaded)
export const fewLines = [
  runnerLine(few, '0:1'),
  metricLine(metrics.visitors),
  ...madeVisitors(few, { from: 0, to: few.visitors, people: few.people }).lines,
  lastLine,
]

export function imported(
  files: readonly K6File[],
  over: Partial<ImportEnvironment> = {},
): Promise<RunRecord> {
  return importK6(files, loaded, { versions: {}, host: {}, ...over })
}

/** Why files are refused, with every fault. */
export async function refusal(files: readonly K6File[]): Promise<string> {
  try {
    await imported(files)
    return 'it was imported'
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    return [`${error.kind}: ${error.message}`, ...error.faults.map(faultText)].join('\n')
  }
}
