import type { GateCheck, GateSubject } from '../../gate/check.ts'
import type { GateVerdict } from '../../gate/gate.ts'
import type { RunRecord } from '../../record/run.ts'
import { checkName, findingDetails, findingText, subjectName } from './finding-words.ts'
import { junitXml, type JunitCase, type JunitSuite } from '../junit.ts'

/** What a server shows beside a suite. */
function propertiesOf(run: RunRecord): Record<string, string> {
  const { header } = run
  return {
    scenario: header.scenarioName,
    variant: header.variant,
    engine: header.engine,
    seed: String(header.seed),
    population: String(header.population),
    speed: String(header.speed),
    workloadHash: header.workloadHash,
    stackHash: header.stackHash,
    target: header.target ?? '',
    startedAt: header.startedAt,
  }
}

function caseOf(check: GateCheck, classname: string, timeSec: number): JunitCase {
  const { outcome } = check
  const words = findingText(check)
  const text = [words, ...findingDetails(check)].join('\n')
  const trouble = { message: words, type: check.kind, text }
  return {
    name: checkName(check),
    classname,
    timeSec,
    ...(outcome === 'failed' ? { failure: trouble } : {}),
    ...(outcome === 'skipped' ? { skipped: { message: words } } : {}),
    ...(['invalid', 'usage', 'disk'].includes(outcome) ? { error: trouble } : {}),
  }
}

/**
 * A suite a run and one for the baseline. What could not be judged is an error, what does not hold
 * a failure; the time of a run stands at the check whether it is valid. `records` are those of the
 * runs in their order, `null` where there is none.
 */
export function gateJunit(
  verdict: GateVerdict,
  records: readonly (RunRecord | null)[],
  at: string,
): string {
  const suite = (subject: GateSubject, place: number): JunitSuite => {
    const label = subjectName(subject)
    const run = records[place] ?? null
    const wallSec = run === null ? 0 : run.audit.wallSec
    // GitLab knows cases by class and name alone, Jenkins cuts a class at its last dot.
    const classname = `gate.${label.replaceAll('.', '·')}`
    const started = run === null ? Number.NaN : Date.parse(run.header.startedAt)
    return {
      name: label,
      timestamp: Number.isNaN(started) ? at : new Date(started).toISOString(),
      ...(run === null ? {} : { properties: propertiesOf(run) }),
      cases: subject.checks.map((check) =>
        caseOf(check, classname, check.kind === 'valid' ? wallSec : 0),
      ),
    }
  }
  return junitXml({ name: 'dambreak gate', suites: verdict.subjects.map(suite) })
}
