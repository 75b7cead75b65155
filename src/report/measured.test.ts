import { describe, expect, test } from 'vitest'
import type { FindingName } from '../core/codes.ts'
import { drawFigures, type ChartName, type Figure } from './charts/charts.ts'
import { headlineOf } from './headline.ts'
import { renderReport } from './report.ts'
import { cutShortRun, liveRun, named, unobservedRun } from './testing/live-run.ts'
import { sampleReportRun } from './testing/sample-run.ts'
import { runsText } from './text.ts'
import type { ReportRun } from './types.ts'

/** The page and the Markdown as a reader sees them: no tags, no scripts, one space between words. */
async function pagesOf(runs: ReportRun[]): Promise<{ page: string; markdown: string }> {
  const files = await renderReport(runs, { formats: ['html', 'md'] })
  const page = String(files.get('report.html'))
    .replaceAll(/<(script|style)[\s>].*?<\/\1>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\u00a0]+/g, ' ')
  return { page, markdown: String(files.get('summary.md')).replaceAll('\\', '') }
}

/** The terminal's text without its line breaks. */
const spoken = (runs: ReportRun | ReportRun[]) => runsText(runs).replaceAll(/\s+/g, ' ')

const idsOf = async (runs: ReportRun[]) => {
  const files = await renderReport(runs, { formats: ['html'] })
  return [...String(files.get('report.html')).matchAll(/<h2 id="([\w-]+)"/g)].map(([, id]) => id)
}

const figuresOf = (runs: ReportRun[]) => drawFigures({ runs, sweep: [] })
function figureOf(name: ChartName, runs: ReportRun[]): Figure {
  const found = figuresOf(runs).find((figure) => figure.name === name)
  if (found === undefined) throw new Error(`no chart ${name}`)
  return found
}

const live = named(liveRun())
const unobserved = named(unobservedRun())
const simulated = sampleReportRun('sim', { bucketSec: 300, hours: 6 })
const beside = named(liveRun(), 'smoke, simulated')
beside.run.header.engine = 'sim'
delete beside.run.audit.live
const both = [named(liveRun(), 'smoke, measured live'), beside]

describe('a report of a live run', () => {
  test('never calls anything simulated, nor modelled, in any of its forms', async () => {
    const { page, markdown } = await pagesOf([live])
    for (const text of [page, markdown, spoken(live)]) {
      expect(text).not.toMatch(/simulat|the model /i)
      expect(text.replace('&#58;', ':')).toContain(
        'Measured live against http://127.0.0.1:8080 over HTTP',
      )
      expect(text).toContain('(transport wire, one connection per visitor, 1 generator thread)')
    }
    for (const { config } of figuresOf([live])) {
      const { title, subtitle } = config.options.plugins
      expect(subtitle.text).toContain('smoke · measured live · seed 1')
      expect(`${title.text} ${subtitle.text}`).not.toMatch(/simulat/i)
    }
  })

  test('a simulated run has none of what only a live one has', async () => {
    const { page, markdown } = await pagesOf([simulated])
    for (const text of [page, markdown, spoken(simulated)]) {
      expect(text).not.toMatch(/measured live|generator kept|observed at the target/i)
      expect(text).not.toMatch(/rehearsal|connect and TLS/i)
    }
  })

  test('has its sections in order', async () => {
    const run = liveRun()
    run.events = [
      {
        at: '2021-07-19T20:01:00+09:00',
        kind: 'halt',
        performed: false,
        detail: { code: 'NoControl' },
      },
    ]
    expect(await idsOf([named(run)])).toEqual([
      'what',
      'figures',
      'pictures',
      'slo',
      'events',
      'latencies',
      'generator',
      'detail',
      'findings',
      'assumptions',
      'unknown',
      'audit',
    ])
    const { page, markdown } = await pagesOf([named(run)])
    expect(page).toContain('20:01 halt ✕ not performed nobody performed it: no --control')
    expect(markdown).toContain(
      '| ✕ not performed | 20:01 | halt | nobody performed it: no --control address was given |',
    )
  })

  test('tells findings that nobody could see as such, and those that were seen in the headline', async () => {
    const run = liveRun()
    Object.assign(run.summary.findings, {
      orderInversion: null,
      doubleBooking: 3,
    } satisfies Partial<Record<FindingName, number | null>>)
    const { page, markdown } = await pagesOf([named(run)])
    expect(page).toContain('Overtook in the queue not observed let in before')
    expect(markdown).toContain('| Overtook in the queue | not observed |')
    expect(runsText(named(run))).toMatch(/Overtook in the queue +not observed/)
    expect(headlineOf(run).details).toContain('Found: booked twice (3).')
    expect(headlineOf(liveRun()).details).not.toContain('Found')
  })

  test.each([
    [
      'a late one',
      () => {
        const run = liveRun()
        Object.assign(run.verdict, {
          valid: false,
          reasons: [{ code: 'RequestsLate', p99Ms: 99, maxMs: 50 }],
        })
        return run
      },
      'These figures must not be used',
    ],
    ['one that was stopped', () => cutShortRun(90), 'Cut short: these figures must not be used'],
  ])('%s says so before anything else, in every form', async (_, make, words) => {
    const run = named(make())
    const { page, markdown } = await pagesOf([run])
    expect(page.indexOf(words)).toBeGreaterThan(0)
    expect(page.indexOf(words)).toBeLessThan(page.indexOf('What happened'))
    expect(markdown).toContain(`\n> **${words}`)
    expect(runsText(run).startsWith(`✕ ${words}`)).toBe(true)
    for (const { config } of figuresOf([run]))
      expect(config.options.plugins.subtitle.text).toMatch(/ · NOT USABLE$/)
  })

  test('says what it leaves open: the crowd, the machine, the scale, the inside', async () => {
    const { page, markdown } = await pagesOf([unobserved])
    for (const text of [page, markdown]) {
      expect(text).toContain('What a rehearsal cannot tell')
      expect(text).toContain('The crowd is a model')
      expect(text).toContain('It ran on the machine of the generator')
      expect(text).toContain('Crowd and clock were scaled')
      expect(text).toContain('Nobody observed its queues and its slots')
    }
    const away = liveRun()
    Object.assign(away.header, { target: 'https://booking.example', population: 1, speed: 1 })
    const there = await pagesOf([named(away)])
    expect(there.page).toContain('over the network from this generator')
    expect(there.page).not.toMatch(/shared its processors|were scaled|Nobody observed/)
  })

  test('nothing from outside can break out of its place', async () => {
    const run = liveRun()
    const evil = '"><img src=x onerror=alert(1)>|\u001b[2J'
    run.header.target = evil
    Object.assign(run.audit.live, { transport: evil })
    run.verdict.notes = [{ code: 'Other', text: evil }]
    run.verdict.ending = { kind: 'stopped', detail: { code: 'Other', text: evil } }
    run.verdict.reasons = [{ code: 'FileEmpty', file: evil }]
    run.verdict.valid = false
    run.events = [
      { at: 'x', kind: evil, performed: false, detail: { code: 'ControlFailed', error: evil } },
    ]
    const files = await renderReport([named(run, evil)], { formats: ['html', 'md'] })
    for (const text of files.values()) expect(String(text)).not.toMatch(/<img/)
    expect(runsText(named(run, evil))).not.toContain('\u001b')
  })
})

describe('a target that nobody looked into', () => {
  test('has no station charts and no busiest station', async () => {
    const names = figuresOf([unobserved]).map(({ name }) => name)
    expect(names).not.toContain('queues')
    expect(names).not.toContain('utilisation')
    for (const { config } of figuresOf([unobserved]))
      expect(config.options.plugins.dambreak.noData).toBeNull()
    const { page, markdown } = await pagesOf([unobserved])
    for (const text of [page, markdown, spoken(unobserved)]) {
      expect(text).not.toMatch(/busiest station|observed at the target|and why/i)
      expect(text).toContain('What went on inside the target was not observed.')
    }
  })

  test('does not know what limited it', () => {
    expect(headlineOf(unobserved.run).sentence).toBe('Held: no request failed.')
    const { sentence } = headlineOf(live.run)
    expect(sentence).toMatch(
      /^Held: no request failed; the gate let in [\d.]+\/s at the opening; in the busiest [\d]+ (?:s|min) “web”, as observed at the target, was [\d.]+% busy\.$/,
    )
  })

  test('that collapsed tells how requests failed, and no cause that nobody saw', () => {
    const run = unobservedRun()
    const openSec = Date.parse(run.header.opensAt) / 1000
    run.summary.collapse = { fromSec: openSec + 60, toSec: openSec + 180, requestErrorShare: 0.8 }
    const { outcomes } = run.summary.steps['book']!
    Object.assign(outcomes, { ok: 10, timeout: 60, refused: 10 })
    expect(headlineOf(run).sentence).toMatch(
      /^Collapsed at 20:01: until 20:03, 80% of all page requests failed \(mostly: no answer in time\); just before, the gate let in [\d.]+ visitors a second\.$/,
    )
  })
})

describe('a target that was looked into', () => {
  test('has its own count beneath that of its visitors, and says what it is', () => {
    const { config, how } = figureOf('waiting', [live])
    expect(how).toContain('The broad pale line is what was observed at the target')
    const titles = config.options.plugins.dambreak.panels.map(({ title }) => title)
    expect(titles[0]).toBe('Waiting in the queue (broad and pale: observed at the target)')
    const [own, observed] = config.data.datasets.filter(({ yAxisID }) => yAxisID === 'y0')
    expect([own?.what, observed?.what]).toEqual([
      'by its visitors’ count',
      'observed at the target',
    ])
    expect(observed?.borderWidth).toBeGreaterThan(own?.borderWidth ?? Infinity)
    // Chart.js draws what is of a lower order later.
    expect(observed?.order).toBeGreaterThan(own?.order ?? Infinity)
    expect(figureOf('gate', [live]).how).toContain('observed at the target')
  })

  test('of one that shows only some of it the rest is not claimed', () => {
    const run = liveRun()
    run.timeline.observed!.waiting = null
    expect(figureOf('waiting', [named(run)]).how).not.toContain('observed')
    expect(figureOf('gate', [named(run)]).how).toContain('observed at the target')
  })

  test('has charts of its stations, which say where they come from', () => {
    const { config, how } = figureOf('queues', [live])
    expect(config.options.plugins.title.text).toBe('Queues at the stations, observed at the target')
    expect(how).toContain('Observed at the target, from its own metrics.')
    expect(figureOf('utilisation', [live, unobserved]).how).toMatch(
      /Of “smoke” this was observed at the target, from its own metrics\. Of “smoke” nobody observed it\.$/,
    )
  })

  test('what its screens showed was not recorded', () => {
    expect(figuresOf([live]).map(({ name }) => name)).not.toContain('displayed')
    expect(figureOf('displayed', both).how).toMatch(
      /What the screens of “smoke, measured live” showed was not recorded\.$/,
    )
  })
})

describe('a live run beside a simulated one', () => {
  test('are told apart wherever they stand', async () => {
    const { page, markdown } = await pagesOf(both)
    for (const text of [page, markdown, spoken(both)]) {
      expect(text.replace('&#58;', ':')).toContain('Measured live against http://127.0.0.1:8080')
      expect(text).toContain(' and simulated, seed 1')
      expect(text).toContain('Measured beside simulated')
      expect(text).toMatch(/All \d+ figures that both runs know agree within 5%\./)
    }
    expect(page).toContain('What the model cannot know')
    expect(page).toContain('What a rehearsal cannot tell')
    expect((await idsOf(both)).slice(0, 3)).toEqual(['what', 'compared', 'figures'])
    expect(await idsOf([live, unobserved])).not.toContain('compared')
  })

  test('are drawn on one another, each still to be seen', () => {
    for (const name of ['evening', 'waiting', 'response', 'latency', 'waits'] as const) {
      const { config } = figureOf(name, both)
      const mains = config.data.datasets.filter(({ legend }) => legend)
      expect(mains.map(({ label }) => label)).toEqual(['smoke, measured live', 'smoke, simulated'])
      const [base, other] = mains
      expect(base?.order).toBeGreaterThan(other?.order ?? Infinity)
      expect(base?.borderWidth).toBeGreaterThan(other?.borderWidth ?? Infinity)
      expect(config.options.plugins.subtitle.text).toContain('measured live and simulated')
    }
    // Of one engine the base lies above.
    const [base, other] = figureOf('waits', [live, unobserved]).config.data.datasets
    expect(base?.order).toBeLessThan(other?.order ?? -1)
  })
})

test('a live run is drawn to PNG as it is', async () => {
  const files = await renderReport([live], { formats: ['png', 'csv'] })
  expect([...files.keys()]).toEqual([
    'evening.png',
    'waiting.png',
    'outcomes.png',
    'gate.png',
    'requests.png',
    'queues.png',
    'utilisation.png',
    'response.png',
    'latency.png',
    'waits.png',
    'timeline.csv',
  ])
  const [head = '', ...rows] = String(files.get('timeline.csv')).split('\r\n')
  const at = head.split(',').indexOf('observed.waiting')
  const observed = live.run.timeline.observed?.waiting ?? []
  expect(rows.slice(0, observed.length).map((row) => Number(row.split(',')[at]))).toEqual(observed)
})
