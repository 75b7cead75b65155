import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { drawFigures } from './charts/charts.ts'
import { fontFaces, fontFamily } from './fonts.ts'
import { drawPngs, pngSize } from './png.ts'
import { renderReport } from './report.ts'
import { sweepRow } from './sweep.ts'
import { sampleReportRun, sampleReportRuns } from './testing/sample-run.ts'
import { reportedText, summaryText } from './text.ts'

const small = { bucketSec: 300, hours: 6 }
const runs = sampleReportRuns(small)
const evil = `</script><img src=x onerror="alert(1)"><!-- \u2028 "'\``

/** The page without scripts and styles: what a reader sees, and its markup. */
function textOf(page: string): string {
  return page.replace(/<(script|style)[\s>].*?<\/\1>/gs, '')
}

async function fileOf(name: string, of = runs, title?: string): Promise<string> {
  const format = name.endsWith('.html') ? 'html' : name.endsWith('.md') ? 'md' : 'csv'
  const files = await renderReport(of, {
    formats: [format],
    ...(title === undefined ? {} : { title }),
  })
  return String(files.get(name))
}

describe('renderReport', () => {
  test('gives the files that the formats ask for, and no others', async () => {
    expect([...(await renderReport(runs, { formats: ['csv', 'md', 'json'] })).keys()]).toEqual([
      'timeline.csv',
      'summary.md',
    ])
    const all = await renderReport(runs, { formats: ['html', 'png'] })
    const pngs = [...all.keys()].filter((name) => name.endsWith('.png'))
    const drawn = drawFigures({ runs, sweep: [] }).map(({ name }) => `${name}.png`)
    expect(pngs).toEqual(drawn)
    expect(all.has('report.html')).toBe(true)
  })

  test('copes with a run in which nothing happened', async () => {
    const idle = sampleReportRun('idle', small)
    const { timeline, summary } = idle.run
    for (const series of Object.values(timeline)) if (Array.isArray(series)) series.fill(0)
    timeline.responseMs.p50.fill(null)
    idle.run.histograms = {}
    summary.steps = {}
    summary.errorShare = null
    summary.collapse = null
    const files = await renderReport([idle], { formats: ['html', 'png', 'csv', 'md'] })
    const page = String(files.get('report.html'))
    expect(textOf(page)).not.toMatch(/NaN|undefined|Infinity/)
    expect(String(files.get('summary.md'))).not.toMatch(/NaN|Infinity/)
  })
})

describe('report.html', () => {
  test('nothing from outside can break out of its place', async () => {
    const run = sampleReportRun(evil, { ...small, scenarioName: evil })
    run.run.scenario['description'] = evil
    run.run.events[1]!.detail = { code: 'ControlAnswered', text: evil }
    run.run.verdict.reported[0]!.label = evil
    run.run.verdict.reported[0]!.source = evil
    run.run.header.host = { [evil]: evil }
    run.run.timeline.stations[evil] = run.run.timeline.stations['database']!
    run.evidence = [{ path: evil, label: 'assumed', low: 0, mid: 1, high: 2, source: evil }]
    const page = await fileOf('report.html', [run], evil)
    // Only the page's own three scripts, each closed once.
    expect(page.match(/<script/g)).toHaveLength(3)
    expect(page.match(/<\/script/g)).toHaveLength(3)
    expect(page).not.toMatch(/<img/i)
    expect(page).not.toContain('<!--')
    for (const [script] of page.matchAll(/<script.*?<\/script>/gs))
      expect(script).not.toContain('\u2028')
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;')
    const json = /<script type="application\/json" id="report-data">(.*)<\/script>/.exec(page)?.[1]
    const data = JSON.parse(json ?? '') as {
      charts: Record<string, { data: { datasets: { label: string }[] } }>
    }
    expect(data.charts['evening']?.data.datasets[0]?.label).toBe(evil.replace('\u2028', ' '))
  })

  test('loads nothing from anywhere, and its policy allows only what stands in it', async () => {
    const page = await fileOf('report.html')
    expect(page).not.toMatch(/(src|href|action|poster|data)\s*=\s*["']?\s*(https?:)?\/\//i)
    for (const [, target] of page.matchAll(/[\s:,]url\(([^)]{0,20})/g))
      expect(target).toMatch(/^data:/)
    expect(page).not.toMatch(/@import|\bimport\(|\bfetch\(|XMLHttpRequest|sourceMappingURL/)
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? ''
    expect(policy).toContain('default-src &#39;none&#39;')
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(policy.match(/sha256-/g)).toHaveLength(3)
  })

  test('stays small with five runs at full resolution', async () => {
    const page = await fileOf('report.html', sampleReportRuns({ bucketSec: 10 }))
    expect(page.length).toBeLessThan(3_000_000)
  })

  test('shows unknown figures as a dash, verdicts with a sign and a word, kinds by name', async () => {
    const page = await fileOf('report.html')
    expect(page).toMatch(/>–</)
    expect(page).toContain('✓ ok')
    expect(page).toContain('✕ not ok')
    for (const kind of ['in sample', 'by construction', 'free'])
      expect(page).toContain(`>${kind}</td>`)
    // V5 was not observed: a dash, not a zero.
    expect(page).toMatch(/V5<\/td>.*?1 to 40,541<\/td><td class="num">–<\/td>/s)
  })

  test('draws together what several places of a list have in common', async () => {
    const run = sampleReportRun('x', small)
    const row = { label: 'assumed' as const, low: 8, mid: 10, high: 14, source: null }
    run.evidence = [0, 1, 2].map((at) => ({ ...row, path: `journey[${at}].timeoutMs` }))
    const page = await fileOf('report.html', [run])
    expect(page).toMatch(/journey\[\*\]<wbr ?\/?>\.timeoutMs/)
    expect(page).toContain('3 places')
    expect(page).toContain('<b>3 assumed</b>')
  })

  test('says what a variant changed, whether its numbers carry evidence or not', async () => {
    const [base, variant] = [sampleReportRun('base', small), sampleReportRun('variant', small)]
    variant.run.scenario['waitingRoom'] = { admission: { perSecPerInstance: 12 } }
    variant.run.events = variant.run.events.filter(({ kind }) => kind !== 'halt')
    const page = await fileOf('report.html', [base, variant])
    expect(page).toMatch(/waitingRoom\.admission\.perSecPerInstance<\/code\s*>: 9 → 12/)
    expect(page).toContain('without halt 20:48')
  })

  test('a scenario that nothing was fitted to is out of sample', async () => {
    const run = sampleReportRun('x', small)
    for (const row of run.run.verdict.reported) row.inSample = false
    expect(await fileOf('report.html', [run])).toContain('>out of sample</td>')
    // A variant's record holds its own rows only; the scenario still says that others were fitted.
    run.run.scenario['reported'] = [{ id: 'V1', inSample: true }]
    expect(await fileOf('report.html', [run])).toContain('>free</td>')
  })

  test('lists the objectives once, with a column a run; of one run as a list', async () => {
    const [first, second] = [sampleReportRun('first', small), sampleReportRun('second', small)]
    const slo = (expr: string, observed: number | null, ok: boolean) => ({ expr, observed, ok })
    first.run.verdict.slo = [slo('errorShare < 0.01', 0.6, false), slo('waitSec.p95 < 9', 8, true)]
    second.run.verdict.slo = [
      slo('errorShare < 0.01', 0, true),
      slo('people.booked > 1', null, false),
    ]
    const page = textOf(await fileOf('report.html', [first, second]))
    const section = /<section aria-labelledby="slo">.*?<\/section>/s.exec(page)?.[0] ?? ''
    const rows = section
      .split('<tr>')
      .slice(1)
      .map((row) =>
        row
          .replaceAll(/<[^>]*>/g, ' ')
          .replaceAll(/\s+/g, ' ')
          .trim(),
      )
    expect(rows).toEqual([
      'Objective first second',
      'errorShare &lt; 0.01 0.6 ✕ not ok 0 ✓ ok',
      'waitSec.p95 &lt; 9 8 ✓ ok –',
      'people.booked &gt; 1 – – ✕ not ok',
    ])
    const text = await fileOf('summary.md', [first, second])
    expect(text).toContain('| objective | first | second |')
    expect(text).toContain('| errorShare &lt; 0.01 | 0.6 ✕ not ok | 0 ✓ ok |')
    expect(text).toContain('| people.booked &gt; 1 | – | – ✕ not ok |')
    const alone = textOf(await fileOf('report.html', [first]))
    expect(alone).toMatch(/<th scope="col" class="keep">Verdict<\/th>/)
    expect(await fileOf('summary.md', [first])).toContain(
      '| errorShare &lt; 0.01 | 0.6 | ✕ not ok |',
    )
  })

  test('has one first heading and all sections in order', async () => {
    const page = await fileOf('report.html')
    expect(page.match(/<h1/g)).toHaveLength(1)
    const ids = [...page.matchAll(/<h2 id="([\w-]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual([
      'what',
      'figures',
      'pictures',
      'reported',
      'slo',
      'detail',
      'findings',
      'assumptions',
      'unknown',
      'audit',
    ])
  })

  test('with a sweep answers how many, and says it first', async () => {
    const sweep = [4, 10].map((instances) =>
      sweepRow(runs[instances === 4 ? 0 : 4]!.run, { instances, gate: 'tight' }),
    )
    const files = await renderReport(runs, { formats: ['html'], sweep, answer: 'Ten will do.' })
    const page = String(files.get('report.html'))
    expect(page).toContain('<h2 id="instances">How many instances?</h2>')
    expect(page.indexOf('Ten will do.')).toBeLessThan(page.indexOf('<h2'))
    expect(page).toContain('✓ enough')
    expect(page).toContain('✕ not enough')
    expect(page).toContain('id="chart-sweep"')
  })

  test('puts the assumed parameters first, with range and source', async () => {
    const page = await fileOf('report.html')
    const plain = page.replaceAll(/<wbr ?\/?>/g, '').replaceAll(/<(\/?code)\s*>/g, '<$1>')
    const at = (path: string) => plain.indexOf(`<code>${path}</code>`)
    expect(at('behaviour.bypass.share')).toBeGreaterThan(0)
    expect(at('behaviour.bypass.share')).toBeLessThan(at('population.people'))
    expect(at('population.people')).toBeLessThan(at('stack.instances'))
    expect(page).toContain('0.01 (0 to 0.05)')
  })

  test('carries the slices of the font that its Hangul needs, and no more', async () => {
    const faces = fontFaces('abc')
    expect(faces.match(/@font-face/g)).toHaveLength(2)
    expect(fontFaces('abc 대기열').match(/@font-face/g)?.length).toBeGreaterThan(2)
    expect(fontFaces('abc 대기열').length).toBeLessThan(400_000)
  })
})

describe('PNG', () => {
  test('has the signature and the size', async () => {
    const figures = drawFigures({ runs, sweep: [] }).slice(0, 3)
    const pngs = await drawPngs(figures)
    expect([...pngs.keys()]).toEqual(figures.map(({ name }) => `${name}.png`))
    for (const { name, config } of figures) {
      const png = Buffer.from(pngs.get(`${name}.png`)!)
      expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
      const size = pngSize(config)
      expect(png.readUInt32BE(16)).toBe(size.widthPx)
      expect(png.readUInt32BE(20)).toBe(size.heightPx)
    }
  })

  test('draws Hangul, not boxes', () => {
    const require = createRequire(import.meta.url)
    const canvas = createRequire(require.resolve('chartjs-node-canvas'))('canvas') as {
      createCanvas(
        width: number,
        height: number,
      ): {
        getContext(kind: '2d'): {
          font: string
          fillText(text: string, x: number, y: number): void
          getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray }
        }
      }
    }
    const pixels = (text: string) => {
      const context = canvas.createCanvas(60, 60).getContext('2d')
      context.font = `40px '${fontFamily}'`
      context.fillText(text, 5, 45)
      return Buffer.from(context.getImageData(0, 0, 60, 60).data)
    }
    const inked = (of: Buffer) => of.filter((_, at) => at % 4 === 3 && of[at]! > 0).length
    // A code point that no font has: what a missing letter looks like.
    const missing = pixels('\u{10fffd}')
    const letters = [...'대기열교착상태'].map(pixels)
    for (const letter of letters) {
      expect(inked(letter)).toBeGreaterThan(100)
      expect(letter.equals(missing)).toBe(false)
    }
    // Boxes would all be the same.
    expect(new Set(letters.map((letter) => letter.toString('base64'))).size).toBe(letters.length)
  })
})

describe('summary.md', () => {
  test('tells each run, the figures and the reported rows', async () => {
    const text = await fileOf('summary.md')
    expect(text).toMatch(/^# The opening of 19 Jul 2021, 20:00\n/)
    expect(text).toContain('**as it happened** (✕ collapsed): Collapsed at 20:05')
    expect(text).toContain('| V1 | tickets issued by 24:00 on 19 July |')
    expect(text).toContain('| behaviour.bypass.share | 0.01 (0 to 0.05) | assumed |')
  })

  test('cannot be broken by a name', async () => {
    const text = await fileOf('summary.md', [sampleReportRun(`a|b${evil}\n# x`, small)])
    expect(text).not.toMatch(/<img/)
    expect(text).not.toMatch(/^# x/m)
    expect(text).toContain('a\\|b')
  })
})

describe('terminal text', () => {
  test('aligns its columns, of Hangul too', () => {
    const korean = sampleReportRun('4대, 대기열', small)
    const lines = summaryText([runs[0]!, korean]).split('\n')
    const row = lines.find((line) => line.startsWith('Tickets issued')) ?? ''
    expect(row).toMatch(/^Tickets issued {2,}[\d,]+ {2,}[\d,]+$/)
    const head = lines.findLast((line) => line.includes('4대, 대기열')) ?? ''
    // Five wide letters take a column more each than they count.
    expect([...head].length + 4).toBe([...row].length)
  })

  test('breaks long names over its columns of figures instead of widening them', () => {
    const named = sampleReportRun('10 servers, gate leaking', small)
    const lines = summaryText([runs[0]!, named]).split('\n')
    const first = lines.findIndex((line) => line.startsWith('How it went'))
    expect(lines[first - 2]).toMatch(/^ +10 servers,$/)
    expect(lines[first - 1]).toMatch(/^ +as it happened +gate leaking$/)
    expect(lines[first]).toMatch(/collapsed +collapsed$/)
    expect(new Set([first - 2, first - 1, first].map((at) => lines[at]?.length)).size).toBe(1)
  })

  test('holds no control characters whatever the names are', () => {
    const run = sampleReportRun('a\u001b[2Jb\u0007', small)
    run.run.verdict.reported[0]!.label = '\u001b]0;x\u0007'
    const text = summaryText(run) + reportedText(run)
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  })

  test('says of each reported row what it was held against and whether it is met', () => {
    const text = reportedText(runs[0]!)
    expect(text).toMatch(
      /✓ ok +V1 +tickets issued by 24:00 on 19 July +6,000,000 ± 10% +5,820,331 +in sample/,
    )
    expect(text).toMatch(/✕ not ok +V5 .* 1 to 40,541 +– +free/)
  })
})
