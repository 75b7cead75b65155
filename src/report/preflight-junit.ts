import { msToSec } from '../core/units.ts'
import type { PreflightReport, PreflightRow } from '../preflight/verdict.ts'
import { junitXml, type JunitCase } from './junit.ts'

/**
 * A preflight as JUnit XML: a test case a row. What could not be checked is an error, so that no
 * server shows it green, unless it was allowed: then it was skipped.
 */
export function preflightJunit(report: PreflightReport): string {
  const { scenario, target, phase, phaseFrom, startedAt, rows } = report
  const name = `preflight of ${scenario}`
  return junitXml({
    name,
    suites: [
      {
        name,
        timestamp: startedAt,
        properties: { target, phase, phaseFrom },
        cases: rows.map((row) => caseOf(row, report)),
      },
    ],
  })
}

function caseOf(row: PreflightRow, { scenario, verdict }: PreflightReport): JunitCase {
  const { what, expected, came, kind, result, tookMs } = row
  const one = {
    name: `${what}: ${expected}`,
    classname: `preflight.${scenario}`,
    timeSec: msToSec(tookMs),
  }
  const message = `${what}: ${expected} expected; ${came}`
  switch (result) {
    case 'passed':
      return one
    case 'failed':
      return { ...one, failure: { message, type: kind } }
    case 'unchecked':
      return verdict.allowsUnchecked
        ? { ...one, skipped: { message } }
        : { ...one, error: { message, type: kind } }
  }
}
