import type { RunComparison } from '../compare/compare.ts'
import { fileNameOf } from '../core/files/file-name.ts'
import { serialisePlan } from '../plan/plan-file.ts'
import type { FitResult } from '../fit/fit.ts'
import type { Plan } from '../plan/plan-record.ts'
import type { RunRecord } from '../record/run.ts'
import { resultText } from '../record/read-back.ts'
import { serialiseRun } from '../record/serialise.ts'
import { baseVariant } from '../scenario/load/variants.ts'
import { evidenceOf } from '../scenario/schema/evidence.ts'
import { labelsOf } from './label.ts'
import { reportFormats, type ReportFormat, type ReportRun } from './types.ts'

/** A comparison with the runs that it was made of. */
export interface ComparedRuns {
  readonly comparison: RunComparison
  readonly baseline: readonly RunRecord[]
  readonly candidate: readonly RunRecord[]
}

/** What a report is of. */
export type ReportSubject =
  | { readonly runs: readonly (RunRecord | ReportRun)[] }
  | { readonly plan: Plan }
  | ComparedRuns
  | { readonly fit: FitResult }

export interface ReportFilesOptions {
  /** Default: all of them. */
  readonly formats?: readonly ReportFormat[]
  readonly title?: string
}

export type ReportFiles = Map<string, string | Uint8Array>

/**
 * Renders runs (one, or several overlaid), a plan, a comparison or a fit.
 *
 * @returns the files by name: `report.html`, a PNG per chart, a CSV, `summary.md`, and with `json`
 * the data itself (`run.json`, `plan.json`, `comparison.json`, `fit.json`); nothing is written
 * @throws DambreakError of kind `invalid` where a run's histograms cannot be read
 * @example
 * ```ts
 * import { loadScenario, report, simulate } from 'dambreak'
 *
 * const run = await simulate(await loadScenario('smoke'))
 * const files = await report({ runs: [run] }, { formats: ['md'] })
 * console.log(files.get('summary.md'))
 * ```
 */
export async function reportFiles(
  subject: ReportSubject,
  options: ReportFilesOptions = {},
): Promise<ReportFiles> {
  const { formats = reportFormats, title } = options
  const titled = title === undefined ? {} : { title }
  const wantsJson = formats.includes('json')
  // The drawing libraries take a good part of a second to load.
  if ('runs' in subject) {
    const { renderReport } = await import('./report.ts')
    const runs = reportRunsOf(subject.runs)
    return withFiles(await renderReport(runs, { formats, ...titled }), wantsJson, runFiles(runs))
  }
  if ('plan' in subject) {
    const { renderPlan } = await import('./plan/plan-report.ts')
    const files = await renderPlan(subject.plan, { formats, ...titled })
    return withFiles(files, wantsJson, [['plan.json', serialisePlan(subject.plan)]])
  }
  if ('comparison' in subject) {
    const { renderComparison } = await import('./compare/comparison-report.ts')
    const files = await renderComparison({ ...comparisonReportOf(subject), ...titled }, formats)
    return withFiles(files, wantsJson, [
      ['comparison.json', resultText(comparisonJson(subject), 2)],
    ])
  }
  const { renderFit } = await import('./fit/fit-report.ts')
  const { document: _document, ensemble: _ensemble, ...found } = subject.fit
  const files = await renderFit(found, { formats })
  return withFiles(files, wantsJson, [['fit.json', resultText({ schemaVersion: 2, ...found }, 1)]])
}

function withFiles(
  files: ReportFiles,
  wantsThem: boolean,
  more: readonly (readonly [string, string])[],
): ReportFiles {
  return wantsThem ? new Map([...files, ...more]) : files
}

function runFiles(runs: readonly ReportRun[]): [string, string][] {
  return runs.map(({ run }, i) => {
    const folder = runs.length === 1 ? '' : `runs/${i + 1}-${fileNameOf(run.header.variant)}/`
    return [`${folder}run.json`, serialiseRun(run)]
  })
}

/** Runs with their labels, bases first: the first is what the others are read against. */
export function reportRunsOf(runs: readonly (RunRecord | ReportRun)[]): ReportRun[] {
  const isBase = (one: RunRecord | ReportRun) =>
    ('run' in one ? one.run : one).header.variant === baseVariant
  const sorted = runs.toSorted((a, b) => Number(isBase(b)) - Number(isBase(a)))
  const labels = labelsOf(sorted.map((one) => ('run' in one ? one.run : one)))
  return sorted.map((one, at) => {
    if ('run' in one) return one
    return {
      run: one,
      evidence: evidenceOf(one.scenario, one.header.inherited),
      label: labels[at] ?? one.header.variant,
    }
  })
}

/** The comparison as its report is given it: no two runs have the same label. */
export function comparisonReportOf({ comparison, baseline, candidate }: ComparedRuns) {
  const labels = labelsOf([...baseline, ...candidate])
  const labelled = (runs: readonly RunRecord[], from: number) =>
    runs.map((run, at): ReportRun => {
      const label = labels[from + at] ?? run.header.variant
      return { run, evidence: evidenceOf(run.scenario, run.header.inherited), label }
    })
  return {
    comparison,
    baseline: labelled(baseline, 0),
    candidate: labelled(candidate, baseline.length),
  }
}

/** What `comparison.json` holds. */
export function comparisonJson({ comparison, baseline, candidate }: ComparedRuns) {
  const headers = (runs: readonly RunRecord[]) => runs.map(({ header }) => header)
  const sides = { baseline: headers(baseline), candidate: headers(candidate) }
  return { schemaVersion: 2, ...comparison, headers: sides }
}
