import { escapeXml, visibleText } from './escape.ts'

/**
 * JUnit XML, in the part of it that Ant's schema and that of Jenkins's xUnit plugin both accept, and
 * that GitLab reads (`fixtures/junit.xsd` says what that is). Ant's allows no name of the whole
 * report, so it stands as the package of every suite.
 */
export interface JunitReport {
  readonly name: string
  readonly suites: readonly JunitSuite[]
}

export interface JunitSuite {
  readonly name: string
  /** ISO 8601, of any offset; written in UTC, which the format cannot say. */
  readonly timestamp: string
  readonly properties?: Readonly<Record<string, string>>
  readonly cases: readonly JunitCase[]
}

/** Passed unless it says otherwise; of several the gravest counts: error, failure, skipped. */
export interface JunitCase {
  readonly name: string
  readonly classname: string
  readonly timeSec: number
  /** What was asked does not hold. */
  readonly failure?: JunitTrouble
  /** It could not be found out. */
  readonly error?: JunitTrouble
  readonly skipped?: Pick<JunitTrouble, 'message'>
}

interface JunitTrouble {
  /** In one line: what lists show. */
  readonly message: string
  /** A word that servers group by. */
  readonly type?: string
  /** Lines of detail; the message where there are none. */
  readonly text?: string
}

type Attributes = Readonly<Record<string, string | number>>

function openTag(name: string, attributes: Attributes): string {
  const texts = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeXml(visibleText(String(value)))}"`,
  )
  return `<${name}${texts.join('')}`
}

const seconds = (sec: number): string => Math.max(0, sec).toFixed(3)

function troubleXml(name: 'failure' | 'error', trouble: JunitTrouble): string {
  const { message, type = name, text = message } = trouble
  return `      ${openTag(name, { message, type })}>${escapeXml(text)}</${name}>`
}

function caseXml(one: JunitCase): string {
  const { name, classname, timeSec, failure, error, skipped } = one
  const tag = `    ${openTag('testcase', { name: name.trim() || '–', classname, time: seconds(timeSec) })}`
  const inside =
    error !== undefined
      ? troubleXml('error', error)
      : failure !== undefined
        ? troubleXml('failure', failure)
        : skipped !== undefined
          ? `      ${openTag('skipped', { message: skipped.message })}/>`
          : null
  return inside === null ? `${tag}/>` : `${tag}>\n${inside}\n    </testcase>`
}

function suiteXml(suite: JunitSuite, id: number, report: JunitReport): string {
  const { cases } = suite
  const isSkipped = (one: JunitCase) =>
    one.skipped !== undefined && one.error === undefined && one.failure === undefined
  const head = openTag('testsuite', {
    package: report.name,
    id,
    name: suite.name.trim() || '–',
    timestamp: new Date(suite.timestamp).toISOString().slice(0, 19),
    hostname: 'localhost',
    tests: cases.length,
    failures: cases.filter((one) => one.failure !== undefined && one.error === undefined).length,
    errors: cases.filter((one) => one.error !== undefined).length,
    skipped: cases.filter(isSkipped).length,
    time: seconds(cases.reduce((all, one) => all + Math.max(0, one.timeSec), 0)),
  })
  const properties = Object.entries(suite.properties ?? {}).map(
    ([name, value]) => `      ${openTag('property', { name, value })}/>`,
  )
  return [
    `  ${head}>`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...cases.map(caseXml),
    '    <system-out/>',
    '    <system-err/>',
    '  </testsuite>',
  ].join('\n')
}

/** The report as a file; whatever its texts hold, they show as text. */
export function junitXml(report: JunitReport): string {
  const suites = report.suites.map((suite, id) => suiteXml(suite, id, report))
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`
}
