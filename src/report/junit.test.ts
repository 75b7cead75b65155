import { describe, expect, test } from 'vitest'
import { junitXml, type JunitReport } from './junit.ts'
import { junitFaults } from './testing/junit-schema.ts'

const report: JunitReport = {
  name: 'dambreak gate',
  suites: [
    {
      name: 'smoke',
      timestamp: '2021-07-19T20:00:00+09:00',
      properties: { seed: '1', target: '' },
      cases: [
        { name: 'errorShare < 0.01', classname: 'smoke.objectives', timeSec: 0.25 },
        {
          name: 'waitSec.p95 < 1800',
          classname: 'smoke.objectives',
          timeSec: 1,
          failure: { message: 'observed 2,000', type: 'objective', text: 'line 1\nline 2' },
        },
        {
          name: 'counts add up',
          classname: 'smoke',
          timeSec: 0,
          error: { message: 'they do not' },
          failure: { message: 'beside an error' },
        },
        { name: 'baseline', classname: 'smoke', timeSec: 0, skipped: { message: 'one run only' } },
      ],
    },
    { name: 'empty', timestamp: '2021-07-19T11:00:00Z', cases: [] },
  ],
}

describe('JUnit XML', () => {
  test('counts every case once, the gravest trouble first, in UTC', () => {
    const xml = junitXml(report)
    expect(xml).toContain(
      '<testsuite package="dambreak gate" id="0" name="smoke" timestamp="2021-07-19T11:00:00" ' +
        'hostname="localhost" tests="4" failures="1" errors="1" skipped="1" time="1.250">',
    )
    expect(xml).toContain(
      '<failure message="observed 2,000" type="objective">line 1\nline 2</failure>',
    )
    expect(xml).not.toContain('beside an error')
    expect(xml).toContain('<skipped message="one run only"/>')
  })

  test('is what CI servers agree on', async () => {
    expect(await junitFaults(junitXml(report))).toEqual([])
  })

  test('the schema has teeth', async () => {
    const xml = junitXml(report)
    const broken = [
      xml.replace('time="0.250"', 'time="soon"'),
      xml.replace('timestamp="2021-07-19T11:00:00"', 'timestamp="2021-07-19T11:00:00Z"'),
      xml.replace('<properties>', '<properties><x/>'),
      xml.replace(' classname="smoke"', ''),
      xml.replace('</testsuites>', ''),
    ]
    for (const one of broken) expect(await junitFaults(one)).not.toEqual([])
  })

  test('whatever a text holds shows as text', async () => {
    const nasty = `<b>&amp;"'</b> ]]> <!-- \u001b[31m \u0000 \u0085 \u202e \ud800 \ufffe \r\t \u{1f600}`
    const trouble = { message: nasty, type: nasty, text: `${nasty}\n${nasty}` }
    const [one] = report.suites
    const xml = junitXml({
      name: nasty,
      suites: [
        {
          ...(one ?? { timestamp: '2021-07-19T11:00:00Z' }),
          name: nasty,
          properties: { [nasty]: nasty },
          cases: [
            { name: nasty, classname: nasty, timeSec: 0, failure: trouble },
            { name: nasty, classname: nasty, timeSec: 0, error: trouble },
            { name: nasty, classname: nasty, timeSec: 0, skipped: trouble },
          ],
        },
      ],
    })
    expect(await junitFaults(xml)).toEqual([])
    expect(xml).toContain('name="&lt;b&gt;&amp;amp;&quot;&#39;&lt;/b&gt; ]]&gt; &lt;!-- \\x1b[31m')
    expect(xml).toContain('\\x00 \\x85 \\u{202e} \ufffd \\u{fffe} \\x0d\\x09 \u{1f600}')
    expect(xml).not.toMatch(/[^\n\x20-\x7e\ufffd\u{1f600}–]/u)
  })
})
