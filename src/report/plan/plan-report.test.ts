import { describe, expect, test } from 'vitest'
import type { Plan } from '../../plan/plan-record.ts'
import { textCode } from '../../plan/text-code.ts'
import { failingPlan, samplePlan, undecidedPlan } from '../testing/sample-plan.ts'
import { textColumns } from '../text-columns.ts'
import { answerText, besideAnswer, keyFigures } from './answer.ts'
import { drawPlanFigures } from './plan-charts.ts'
import { renderPlan } from './plan-report.ts'
import { planText } from './plan-text.ts'

const plan = samplePlan()
const evil = `</script><img src=x onerror="alert(1)"><!-- \u2028 "'\``
const escape = '\u001b[2J\u0007\u202e'

async function fileOf(name: string, of: Plan = plan): Promise<string> {
  const format = name.endsWith('.html') ? 'html' : name.endsWith('.md') ? 'md' : 'csv'
  return String((await renderPlan(of, { formats: [format] })).get(name))
}

/** The page without scripts and styles: what a reader sees, and its markup. */
const markupOf = (page: string) => page.replace(/<(script|style)[\s>].*?<\/\1>/gs, '')

/** Cells of the rows of a section's tables, in plain text. */
function rowsOf(page: string, section: string): string[] {
  const [found = ''] =
    new RegExp(`<section aria-labelledby="${section}">.*?</section>`, 's').exec(markupOf(page)) ??
    []
  return found
    .split('<tr>')
    .slice(1)
    .map((row) =>
      row
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
}

/** A plan in which every text that can come from a file is `text`. */
function foreign(text: string): Plan {
  const paths = samplePlan()
  return {
    ...paths,
    header: {
      ...paths.header,
      scenarioName: text,
      variant: text,
      slo: [text],
      prices: { ...paths.header.prices, currency: text },
      versions: { [text]: text },
    },
    candidates: paths.candidates.map((one) => ({
      ...one,
      objectives: one.objectives.slice(0, 1).map((objective) => ({ ...objective, expr: text })),
      analytic: {
        ...one.analytic,
        stations: one.analytic.stations.map((station) => ({ ...station, station: text })),
        disagreements: [
          { figure: 'drainSec', analytic: 1, simulated: null, cause: textCode(text) },
        ],
      },
    })),
    recommendation: { ...paths.recommendation, reasons: [textCode(text)] },
    levers: paths.levers.map((row) => ({
      ...row,
      pulled: [{ code: 'Text', name: text, description: text }],
      basis: textCode(text),
    })),
    sensitivity: paths.sensitivity.map((row) => ({ ...row, parameter: text })),
    collapseMap: { ...paths.collapseMap!, trigger: textCode(text) },
    objectives: paths.objectives.map((row) => ({ ...row, expr: text, instancesNeeded: null })),
    measureNext: paths.measureNext.map((row) => ({
      ...row,
      parameter: text,
      source: text,
      reason: textCode(text),
    })),
    audit: { ...paths.audit, grain: textCode(text) },
  }
}

describe('the answer', () => {
  test('says how many, how sure, and from how many openings', () => {
    expect(answerText(plan)).toBe(
      'With a probability of at least 95%, 10 servers meet all objectives: they did in 99.5% (97.2% to > 99.9%) of 200 simulated openings.',
    )
    expect(besideAnswer(plan)).toEqual([
      '9 servers are undecided, not ruled out: 95.5% (93.8% to 96.7%) lies on both sides of 95%.',
    ])
  })

  test('says that none is enough, how near the best comes, and what it fails of', () => {
    expect(answerText(failingPlan())).toBe(
      'None of 4, 6, 8, 10 and 20 servers meets all objectives with a probability of 95%. The best, 20 servers, did in 20% (15% to 26.1%) of 200 simulated openings. None of them reaches “waitSec.p95 < 3600”.',
    )
    const all = { ...failingPlan(), candidates: plan.candidates.slice(0, 8), objectives: [] }
    expect(answerText(all)).toMatch(/^No number of servers from 1 to 8 meets all objectives/)
  })

  test('does not guess what is undecided', () => {
    expect(answerText(undecidedPlan())).toBe(
      'It is not decided whether any number of servers from 8 to 11 meets all objectives with a probability of 95%: with 9, 10 and 11 the simulated openings leave it open.',
    )
  })

  test('a plan without candidates is told as such', () => {
    expect(answerText({ ...plan, candidates: [] })).toBe('No number of servers was tried.')
    expect(keyFigures({ ...plan, candidates: [] })).toEqual([])
  })

  test('the strip gives ranges, and what is not reached as such', () => {
    expect(keyFigures(plan).map(({ value, more }) => [value, more])).toEqual([
      ['10', 'of 1 to 20'],
      ['99.5%', '97.2% to > 99.9%'],
      ['0%', '0% to 1.9%'],
      ['53 min', '32 min to 1 h 30 min'],
      ['2 h 13 min', '1 h 20 min to 3 h 47 min'],
      ['384 USD', '24 USD an hour'],
    ])
    expect(keyFigures(failingPlan())[0]).toMatchObject({
      value: 'none enough',
      more: 'the figures here: with 20',
    })
    expect(keyFigures(undecidedPlan()).map(({ value }) => value)).toEqual([
      'undecided',
      '95%',
      '0.25%',
      'not reached',
      'not reached',
      '345.6 USD',
    ])
  })
})

describe('renderPlan', () => {
  test('gives the files that the formats ask for, and no others', async () => {
    const failing = failingPlan()
    expect([...(await renderPlan(failing, { formats: ['csv', 'md', 'json'] })).keys()]).toEqual([
      'candidates.csv',
      'summary.md',
    ])
    const drawn = await renderPlan(failing, { formats: ['html', 'png'], title: 'The plan' })
    expect([...drawn.keys()]).toEqual([
      'report.html',
      ...drawPlanFigures(failing).map(({ name }) => `${name}.png`),
    ])
    expect(String(drawn.get('report.html'))).toContain('<h1>The plan</h1>')
    for (const [name, data] of drawn)
      if (name.endsWith('.png'))
        expect([...Buffer.from(data as Uint8Array).subarray(1, 4)]).toEqual([80, 78, 71])
  })
})

describe('report.html', () => {
  test('has one first heading, the answer before all sections, and these in order', async () => {
    const page = await fileOf('report.html')
    expect(page.match(/<h1/g)).toHaveLength(1)
    expect(page.indexOf('10 servers meet all objectives')).toBeLessThan(page.indexOf('<h2'))
    const ids = (of: string) => [...of.matchAll(/<h2 id="([\w-]+)"/g)].map(([, id]) => id)
    const rest = ['analytic', 'assumed', 'audit']
    expect(ids(page)).toEqual(['candidates', 'objectives', 'levers', 'sensitivity', 'map', ...rest])
    expect(ids(await fileOf('report.html', undecidedPlan()))).toEqual([
      'candidates',
      'objectives',
      'levers',
      ...rest,
    ])
    expect(page.length).toBeLessThan(1_000_000)
  })

  test('gives each candidate a row with its ranges', async () => {
    const rows = rowsOf(await fileOf('report.html'), 'candidates')
    expect(rows).toHaveLength(21)
    expect(rows[10]).toBe(
      '10 ✓ meets recommended 99.5% 97.2% to &gt; 99.9% 0% 0% to 1.9% 53 min 32 min to 1 h 30 min 2 h 13 min 1 h 20 min to 3 h 47 min 67.2/s 40.3/s to 114/s 384 USD 44 USD',
    )
    expect(rows[4]).toContain('not reached 10 h 33 min to not reached')
    expect(rows[12]).toMatch(/20 USD the lowest$/)
  })

  test('what is not known is a dash or “not reached”, never 0', async () => {
    const page = await fileOf('report.html', undecidedPlan())
    expect(rowsOf(page, 'candidates')[1]).toBe(
      '8 ✕ fails 40% 21.9% to 61.3% 1% 0.27% to 3.6% not reached not reached – 307.2 USD',
    )
    expect(rowsOf(page, 'analytic')[1]).toBe(
      '8 vulnerable: a trigger can tip it – – not reached – not reached – –',
    )
    expect(markupOf(page)).not.toMatch(/NaN|undefined|Infinity|null/)
    expect(markupOf(page)).not.toContain('regret')
  })

  test('says where closed forms and simulation differ, and why', async () => {
    const [, apart] = rowsOf(await fileOf('report.html'), 'analytic')
    expect(apart).toMatch(
      /^8 p95 wait 1 h 30 min 1 h 09 min patience has a coefficient of variation of 0\.7;/,
    )
    const agreed = markupOf(await fileOf('report.html', undecidedPlan()))
    expect(agreed).toContain('The two agree within the tolerance everywhere.')
  })

  test('nothing from outside can break out of its place', async () => {
    const page = await fileOf('report.html', foreign(evil))
    // Only the page's own three scripts, each closed once.
    expect(page.match(/<script/g)).toHaveLength(3)
    expect(page.match(/<\/script/g)).toHaveLength(3)
    expect(page).not.toMatch(/<img/i)
    expect(page).not.toContain('<!--')
    expect(page).toContain('&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt;')
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? ''
    expect(policy).toContain('default-src &#39;none&#39;')
    expect(policy.match(/sha256-/g)).toHaveLength(3)
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
  })
})

describe('summary.md', () => {
  test('tells the answer, the candidates, the levers and the map', async () => {
    const text = await fileOf('summary.md')
    expect(text).toMatch(/^# How many servers\? The opening of 19 Jul 2021, 20:00\n/)
    expect(text).toContain('**With a probability of at least 95%, 10 servers meet')
    expect(text).toContain('| 9 | ? undecided | 95.5% (93.8% to 96.7%) | 0.25% (0.07% to 0.91%) |')
    expect(text).toContain('| none up to 20 | 7, saves none | not reached |')
    expect(text).toContain(
      '| 8 | drains | drains | drains | drains | metastable | collapses + | collapses + | collapses | collapses |',
    )
    expect(text).toContain('| behaviour.retry.tries | assumed | servers needed | 4: 8 servers |')
  })

  test('cannot be broken by a name', async () => {
    const text = await fileOf('summary.md', foreign(`a|b${evil}\n# x`))
    expect(text).not.toMatch(/<img/)
    expect(text).not.toMatch(/^# x/m)
    expect(text).toContain('a\\|b')
  })
})

describe('candidates.csv', () => {
  test('has the names of plan.json, a row a candidate, and empty fields for what is unknown', async () => {
    const [head = '', ...rows] = (await fileOf('candidates.csv', undecidedPlan())).split('\r\n')
    const names = head.split(',')
    expect(names.slice(0, 6)).toEqual([
      'instances',
      'verdict',
      'replications',
      'pMeetsSlo.value',
      'pMeetsSlo.low',
      'pMeetsSlo.high',
    ])
    const at = (row: number, name: string) => rows[row]?.split(',')[names.indexOf(name)]
    expect(rows.filter((row) => row !== '')).toHaveLength(4)
    expect(at(1, 'waitSecP95.low')).toBe('1800')
    expect(at(1, 'waitSecP95.mid')).toBe('')
    expect(at(0, 'regret')).toBe('')
    expect(at(0, 'pHolds errorShare < 0.01')).toBe('0.96')
  })

  test('holds no formula', async () => {
    const text = await fileOf('candidates.csv', foreign('=HYPERLINK("x")'))
    expect(text).not.toMatch(/(^|,)=/m)
  })
})

describe('terminal text', () => {
  test('gives the answer first, then the candidates in aligned columns', () => {
    const lines = planText(plan, 80).split('\n')
    expect(lines[0]).toMatch(/^With a probability of at least 95%, 10 servers meet/)
    const from = lines.indexOf('The candidates') + 1
    expect(lines[from]).toMatch(/^servers {2}verdict +all hold {2}collapse +p95 wait/)
    expect(lines[from + 10]).toMatch(
      /^10 +✓ meets, recommended {2}99.5% \(97.2% to > 99.9%\) +0% +53 min \(32 min to 1 h 30 min\) +384 USD$/,
    )
    expect(new Set(lines.slice(from, from + 21).map(textColumns)).size).toBe(1)
    expect(lines).toContain(
      'people.booked >= 400000 at 23:00               6  100% (98.1% to 100%)',
    )
  })

  test('sentences keep to the width of the terminal', () => {
    const [sentences = ''] = planText(plan, 60).split('\n\nThe candidates')
    for (const line of sentences.split('\n')) expect(textColumns(line)).toBeLessThanOrEqual(60)
  })

  test('holds no control characters whatever the names are', () => {
    expect(planText(foreign(escape)).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  })
})
