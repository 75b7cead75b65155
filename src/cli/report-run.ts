import { mkdtempSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunRecord } from '../record/run.ts'
import { runText } from '../record/store.ts'
import { runsText } from '../report/text.ts'
import { reportFiles } from '../report/report-files.ts'
import type { ReportRun } from '../report/types.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import type { Environment } from './environment.ts'
import { baseOf, labelAlone, type BaseScenario } from '../report/label.ts'
import type { OutputOptions, RunOptions } from './options.ts'
import type { Files, Output } from './output.ts'
import { printable } from './printable.ts'
import { unmetText } from './simulations.ts'

/** Where the record goes if its own directory fails: the first of these that can be written. */
const fallbackDirectories = [tmpdir(), '/dev/shm', homedir()]

function keepElsewhere(run: RunRecord, { err }: Environment): void {
  // As it is: of an evening with people even a record with a fault is better than none.
  const text = runText(run)
  for (const directory of fallbackDirectories) {
    try {
      const path = join(mkdtempSync(join(directory, 'dambreak-kept-')), 'run.json')
      writeFileSync(path, text)
      err(`the report could not be written; the record is kept in ${printable(path)}\n`)
      return
    } catch {
      // Try the next one.
    }
  }
  err('the report could not be written, and no other place took the record\n')
}

export interface FinishedRun {
  readonly run: RunRecord
  /** `null`: the run is of no scenario. */
  readonly loaded: LoadedScenario | null
  readonly output: Output
  readonly options: OutputOptions & Pick<RunOptions, 'gate'>
  readonly environment: Environment
  /** Files beside the report; absent: none. */
  readonly extra?: Files
}

const noScenario: BaseScenario = { reported: [], variants: [] }

/** Writes the report of one judged run, and says on the terminal how it went. */
export async function reportRun(told: FinishedRun): Promise<void> {
  const { run, loaded, output, options, environment } = told
  const { format, quiet = false } = options
  const reported: ReportRun = {
    run,
    evidence: loaded?.evidence ?? [],
    label: labelAlone(run.header, loaded === null ? noScenario : baseOf(loaded)),
  }
  try {
    const files = await reportFiles({ runs: [reported] }, { formats: format })
    await output.write(new Map([...files, ...(told.extra ?? [])]))
  } catch (error) {
    // A simulation can be repeated; an evening with thousands of visitors cannot.
    if (run.header.engine !== 'sim') keepElsewhere(run, environment)
    throw error
  }
  if (options.json === true) {
    const { header, verdict, summary } = run
    environment.out(`${JSON.stringify({ out: output.path, header, verdict, summary }, null, 2)}\n`)
  } else {
    environment.out(`${runsText(reported, environment.outColumns?.())}\n`)
    if (!quiet) environment.err(`written to ${printable(output.path)}\n`)
  }
  if (options.gate === true) environment.err(unmetText([reported]))
}
