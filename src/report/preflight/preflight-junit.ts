import { msToSec } from '../../core/units.ts'
import type { PreflightReport, PreflightRow } from '../../preflight/verdict.ts'
import { junitXml, type JunitCase } from '../junit.ts'
import { observationText } from './observation-words.ts'
import { rowWords } from './row-words.ts'
import { phaseSourceText } from './verdict-words.ts'

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
        properties: { target, phase, phaseFrom: phaseSourceText(phaseFrom) },
        cases: rows.map((row) => caseOf(row, report)),
      },
    ],
  })
}

function caseOf(row: PreflightRow, { scenario, verdict }: PreflightReport): JunitCase {
  const { check, came, result, tookMs } = row
  const { what, expected } = rowWords(check)
  const one = {
    name: `${what}: ${expected}`,
    classname: `preflight.${scenario}`,
    timeSec: msToSec(tookMs),
  }
  const message = `${what}: ${expected} expected; ${observationText(came)}`
  switch (result) {
    case 'passed':
      return one
    case 'failed':
      return { ...one, failure: { message, type: check.kind } }
    case 'unchecked':
      return verdict.allowsUnchecked
        ? { ...one, skipped: { message } }
        : { ...one, error: { message, type: check.kind } }
  }
}
