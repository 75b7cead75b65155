import { judge } from '../objectives/verdict.ts'
import { importAccessLogs } from '../logs/import-access-logs.ts'
import { noFields, type GivenFields } from '../logs/log-field.ts'
import type { Replay } from '../logs/replay.ts'
import type { RunRecord } from '../record/run.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import { importK6 } from './k6/import/import-k6.ts'
import { k6Files } from './k6/import/k6-files.ts'
import { defaultSimEnvironment } from './sim-environment.ts'

export type ImportRunOptions = {
  /** Aborting it ends the import with an error. */
  readonly signal?: AbortSignal
} & (
  | {
      /** What `k6 run --out json=…` wrote, all runners of one run, plain or gzip. */
      readonly from: 'k6'
      /** The scenario that was exported to k6, of the same variant. */
      readonly scenario: LoadedScenario
    }
  | {
      /** Access logs in one of the known formats, such as combined or JSON lines, plain or gzip; pipes too. */
      readonly from: 'access-log'
      /** What the log is a log of; default: the run has the log's most frequent paths as steps. */
      readonly scenario?: LoadedScenario
      /** Path prefix of the requests that are first contacts; default: the first of each client. */
      readonly entry?: string
      /** Fields that have unknown names: `new Map([['duration', { key: 'took', unit: 'ms' }]])`. */
      readonly fields?: GivenFields
    }
)

export interface ImportedRun {
  /** Judged where there is a scenario. */
  readonly run: RunRecord
  /** The arrivals of an access log, for the field `arrivals`; `null`: too many, or from k6. */
  readonly replay: Replay | null
}

/**
 * Makes a run of what was measured elsewhere: by k6, or in access logs.
 *
 * @param paths the files, in any order
 * @returns the record that `run.json` holds, of the same shape as that of a simulation
 * @throws DambreakError of kind `usage` where a file is of another format or of another run than the
 * scenario's, `disk` where one cannot be read, `interrupted` where `signal` was aborted
 * @example
 * ```ts
 * import { importRun } from 'dambreak'
 *
 * const { run, replay } = await importRun(['access.log'], { from: 'access-log' })
 * console.log(run.summary.people, replay?.timesSec.length)
 * ```
 */
export async function importMeasured(
  paths: readonly string[],
  options: ImportRunOptions,
): Promise<ImportedRun> {
  const { versions, host } = defaultSimEnvironment()
  const { signal = new AbortController().signal } = options
  const environment = { versions, host, signal }
  if (options.from === 'access-log') {
    const { scenario: loaded = null, entry = null, fields: given = noFields } = options
    return importAccessLogs(paths, { loaded, entry, given }, environment)
  }
  const { scenario } = options
  const run = await importK6(k6Files(paths, signal), scenario, environment)
  return { run: judge(run, scenario.scenario), replay: null }
}
