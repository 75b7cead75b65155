import { describe, expect, test } from 'vitest'
import { few, fewLines, imported, loaded, refusal, run } from '../testing/imported.ts'
import {
  fileOf,
  httpLines,
  madeRun,
  metricLine,
  pointLine,
  runnerLine,
  visitorLine,
} from '../testing/k6-output.ts'
import { metrics } from '../points.ts'

const fewRun = await imported([fileOf('few.json', fewLines)])

describe('bad input', () => {
  test('a last line that is cut off is counted, and what came before is kept', async () => {
    const bytes = new TextEncoder().encode(fewLines.join('\n'))
    const cut = await imported([fileOf('cut.json', bytes.subarray(0, bytes.length - 9))])
    expect(cut.summary.visitors).toEqual(fewRun.summary.visitors)
    expect(cut.verdict).toMatchObject({
      valid: false,
      ending: { kind: 'cutShort', detail: { code: 'FilesCut', files: ['cut.json'] } },
      reasons: [],
    })
    expect(cut.verdict.notes).toContainEqual({
      code: 'LinesUnreadable',
      file: 'cut.json',
      unreadable: 1,
      lines: fewLines.length,
      kinds: { CutOff: 1 },
      examples: [],
    })
  })

  test('lines broken into each other are counted as damaged, ours and those of k6', async () => {
    const [http = ''] = httpLines(1000, 5)
    const arrived = visitorLine('arrived', 1000, 0)
    const broken = [
      http.slice(0, 60) + arrived,
      arrived.slice(0, 60) + http,
      arrived.slice(40),
      http.slice(0, -5),
    ]
    const { verdict, summary, audit } = await imported([
      fileOf('a', [...fewLines.slice(0, 10), ...broken, ...fewLines.slice(10)]),
    ])
    expect(summary).toEqual(fewRun.summary)
    expect(audit.k6?.damagedLines).toBe(4)
    expect(verdict.valid).toBe(true)
    expect(verdict.notes.at(-1)).toMatchObject({
      unreadable: 4,
      lines: fewLines.length + 4,
      kinds: { Interleaved: 2, NotK6: 1, CutOff: 1 },
    })
  })

  test.each([
    ['UnknownEvent', visitorLine('left' as 'arrived', 0, 0)],
    ['UnknownPerson', visitorLine('committed', 0, 1e9)],
    ['UnknownPerson', pointLine(metrics.visitors, 0, { tags: { event: 'arrived' } })],
    ['UnknownStep', pointLine(metrics.services, 0, { tags: { step: '<b>', us: '0' } })],
    [
      'UnknownOutcome',
      pointLine(metrics.requests, 0, { tags: { step: 'book', outcome: 'good', us: '0' } }),
    ],
    ['UnknownBucket', pointLine(metrics.waits, 0, { tags: { state: 'admitted', ms: '4099' } })],
    ['ImpossibleValue', pointLine(metrics.findings, 0, { value: -1 })],
    [
      'TimeFarFromRun',
      pointLine(metrics.findings, 40 * 86_400_000, { tags: { finding: 'bypassed' } }),
    ],
    ['NoTime', visitorLine('arrived', 0, 0).replace('"2026-', '"2026+')],
  ])('%s makes a damaged line', async (kind, line) => {
    const { audit, verdict, summary } = await imported([
      fileOf('a', [runnerLine(few, '0:1'), line, ...fewLines.slice(2)]),
    ])
    expect(audit.k6?.damagedLines).toBe(1)
    expect(verdict.notes.at(-1)).toMatchObject({ kinds: { [kind]: 1 } })
    expect(summary).toEqual(fewRun.summary)
  })

  test('an empty file beside others makes the run invalid, and they are kept', async () => {
    const both = [fileOf('a', fewLines), fileOf('b', new Uint8Array())]
    const { verdict, summary } = await imported(both)
    expect(verdict.reasons).toEqual([{ code: 'FileEmpty', file: 'b' }])
    expect(summary).toEqual(fewRun.summary)
  })

  test('nothing at all, or the output of another script, is refused', async () => {
    expect(await refusal([fileOf('empty.json', new Uint8Array())])).toMatch(
      /^usage: empty.json: the file is empty; import what k6 run --out json/,
    )
    const others = [metricLine('http_reqs'), ...httpLines(0, 5)]
    expect(await refusal([fileOf('other.json', others)])).toMatch(
      /^usage: other.json: no run of a dambreak script is in its 9 lines; import what/,
    )
  })

  test('another format is refused', async () => {
    const other = madeRun(loaded, { format: '2' as '1' })
    expect(await refusal([fileOf('a', [runnerLine(other, '0:1')])])).toMatch(
      /^usage: a is of format 2; this version reads format 1/,
    )
  })

  test('tags that cannot be are refused, each by its name', async () => {
    const other = madeRun(loaded, { seed: 'one', opens_at: '' })
    expect(await refusal([fileOf('a', [runnerLine(other, 'all')])])).toBe(
      [
        'usage: a: what its runner tells of the run is not whole',
        'seed: cannot be "one"',
        'opens_at: cannot be ""',
        'segment: cannot be "all"',
      ].join('\n'),
    )
  })

  test('another scenario is refused with both hashes', async () => {
    const other = madeRun(loaded, { workload_hash: 'abc', scenario: 'evening' })
    expect(await refusal([fileOf('a', [runnerLine(other, '0:1')])])).toBe(
      [
        'usage: k6 ran the scenario evening, and not smoke as it is given: give the scenario.json of the export by --scenario',
        `workload hash: k6 ran abc, the scenario has ${loaded.workloadHash}`,
      ].join('\n'),
    )
  })

  test('runners of different runs are refused', async () => {
    const other = madeRun(loaded, { seed: '2', starts_at: '1772358000000' })
    const files = [
      fileOf('a', [runnerLine(run, '0:1/2')]),
      fileOf('b', [runnerLine(other, '1/2:1')]),
    ]
    expect(await refusal(files)).toBe(
      [
        'usage: these are runners of different runs, which do not add up: import each for itself',
        'seed: 1 in a, 2 in b',
        `starts_at: ${run.tags.starts_at} in a, 1772358000000 in b`,
      ].join('\n'),
    )
  })

  test.each([
    ['0:1/4', 'a and b hold the part 0:1/4 of the visitors twice'],
    ['1/8:1/2', 'a and b hold the parts 0:1/4 and 1/8:1/2 of the visitors, which overlap'],
  ])('the part %s beside 0:1/4 would be counted twice', async (segment, text) => {
    const files = [fileOf('a', [runnerLine(run, '0:1/4')]), fileOf('b', [runnerLine(run, segment)])]
    expect(await refusal(files)).toBe(`usage: ${text}: they would be counted twice`)
  })
})
