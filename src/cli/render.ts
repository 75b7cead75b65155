import type { ReportOptions, ReportRun } from '../report/types.ts'

/**
 * The files of a report by name. The drawing libraries take a good part of a second to load, which
 * a command that draws nothing, or fails before, need not wait for.
 */
export async function renderLazily(
  runs: readonly ReportRun[],
  options: ReportOptions,
): Promise<Map<string, string | Uint8Array>> {
  const { renderReport } = await import('../report/report.ts')
  return renderReport(runs, options)
}
