/**
 * Looks at what `npm start` wrote: the log's lines, the files, every picture, the page in a browser;
 * and at the pages of plans and fits, made of the samples of their tests.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright-core'
import { renderFit } from '../src/report/fit/fit-report.ts'
import { renderPlan } from '../src/report/plan/plan-report.ts'
import { sampleFit } from '../src/report/testing/sample-fit.ts'
import { failingPlan, samplePlan, undecidedPlan } from '../src/report/testing/sample-plan.ts'

const counts = { passed: 0, failed: 0 }

function check(name: string, ok: boolean, detail = ''): void {
  if (ok) counts.passed += 1
  else counts.failed += 1
  console.log(`${ok ? 'ok   ' : 'FAIL '} ${name}${ok || detail === '' ? '' : `: ${detail}`}`)
}

/** Width and height of a PNG, or `null` where it is none or is cut off. */
function pngSize(file: string): { width: number; height: number } | null {
  const data = readFileSync(file)
  const isPng = data.subarray(0, 8).toString('latin1') === '\u0089PNG\r\n\u001a\n'
  const isWhole = data.subarray(-8, -4).toString('latin1') === 'IEND'
  return isPng && isWhole ? { width: data.readUInt32BE(16), height: data.readUInt32BE(20) } : null
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function lookAtFiles(folder: string): void {
  const files = filesUnder(folder)
  const pngs = files.filter((file) => file.endsWith('.png'))
  check('there are PNG charts', pngs.length >= 5, `${pngs.length}`)
  for (const png of pngs) {
    const size = pngSize(png)
    const ok = size !== null && size.width >= 600 && size.height >= 300 && statSync(png).size > 5000
    check(`PNG ${png.slice(folder.length + 1)}`, ok, JSON.stringify(size))
  }
  const records = files.filter((file) => file.endsWith('run.json'))
  check('five run.json', records.length === 5, `${records.length}`)
  for (const record of records) {
    const run = JSON.parse(readFileSync(record, 'utf8')) as {
      schemaVersion: number
      verdict: { valid: boolean }
      summary: { visitors: Record<string, number> }
    }
    const ends = ['booked', 'soldOut', 'alreadyBooked', 'ineligible', 'abandoned', 'refused']
    ends.push('timedOut', 'failed', 'dropped', 'unfinished')
    const { visitors } = run.summary
    const ended = ends.reduce((sum, end) => sum + (visitors[end] ?? Number.NaN), 0)
    const name = record.slice(folder.length + 1)
    check(`${name} is a valid run`, run.schemaVersion === 2 && run.verdict.valid)
    check(`${name}: every ticket has one end`, ended === visitors['arrived'], `${ended}`)
  }
  for (const name of ['timeline.csv', 'summary.md']) {
    const found = files.filter((file) => file.endsWith(name))
    check(
      `${name} is written`,
      found.some((file) => statSync(file).size > 500),
    )
  }
}

/** Runs in the page: for each canvas its size, and how many different colours a grid of it shows. */
const canvasScript = `[...document.querySelectorAll('canvas')].map((canvas) => {
  const { width, height } = canvas
  if (width === 0 || height === 0) return { width, height, colours: 0 }
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  const colours = new Set()
  for (let i = 0; i < data.length; i += 4 * 7) {
    colours.add(((data[i] << 24) | (data[i + 1] << 16) | (data[i + 2] << 8) | data[i + 3]) >>> 0)
  }
  return { width, height, colours: colours.size, id: canvas.id }
})`

interface CanvasLook {
  width: number
  height: number
  colours: number
}

async function lookAtPage(
  page: Page,
  html: string,
  { charts, name = 'the page' }: { charts: number; name?: string },
): Promise<void> {
  const errors: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('request', (request) => requests.push(request.url()))
  const url = pathToFileURL(html).href
  await page.goto(url, { waitUntil: 'load' })
  // Charts may be drawn as they come into view: show every part of the page once.
  const heightPx = await page.evaluate<number>('document.documentElement.scrollHeight')
  for (let top = 0; top < heightPx; top += 600) {
    await page.evaluate(`window.scrollTo(0, ${top})`)
    await page.waitForTimeout(60)
  }
  await page.waitForTimeout(1500)
  const outside = requests.filter((each) => each !== url && !/^(data|blob):/.test(each))
  check(`${name} makes no network request`, outside.length === 0, outside.join(' '))
  check(`${name} logs no error`, errors.length === 0, errors.join(' | '))
  const canvases = await page.evaluate<CanvasLook[]>(canvasScript)
  check(`${name} has charts`, canvases.length >= charts, `${canvases.length}`)
  canvases.forEach((canvas, i) => {
    const ok = canvas.width > 100 && canvas.height > 50 && canvas.colours > 3
    check(`${name}: canvas ${i + 1} shows something`, ok, JSON.stringify(canvas))
  })
  const overflowPx = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  check(`${name} is not wider than the window`, overflowPx <= 0, `${overflowPx} px`)
  const text = await page.evaluate<string>('document.body.innerText')
  check(`${name} has a headline`, (await page.locator('h1').count()) === 1)
  check(
    `${name}: nothing reads NaN or undefined`,
    !/\b(NaN|undefined|\[object Object\])/.test(text),
  )
}

const looks = [
  { width: 1280, colorScheme: 'dark' },
  { width: 420, colorScheme: 'light' },
] as const

/** Pages of plans and fits, broad and narrow, dark and light. */
async function lookAtSamples(browser: Browser): Promise<void> {
  const formats = ['html'] as const
  const samples = [
    { name: 'a plan', charts: 8, files: await renderPlan(samplePlan(), { formats }) },
    {
      name: 'a plan in which all fail',
      charts: 4,
      files: await renderPlan(failingPlan(), { formats }),
    },
    { name: 'an undecided plan', charts: 4, files: await renderPlan(undecidedPlan(), { formats }) },
    { name: 'a fit', charts: 3, files: await renderFit(sampleFit(), { formats }) },
  ]
  const folder = mkdtempSync(join(tmpdir(), 'dambreak-look-'))
  try {
    const file = join(folder, 'report.html')
    for (const { name, charts, files } of samples) {
      writeFileSync(file, files.get('report.html') ?? '')
      for (const { width, colorScheme } of looks) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme })
        await lookAtPage(page, file, { charts, name: `${name}, ${width} px, ${colorScheme}` })
        await page.close()
      }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const log = readFileSync(process.argv[2] ?? 'start.log', 'utf8')
const html = /^report: (.+report\.html)$/m.exec(log)?.[1]
check('the log names the report', html !== undefined)
check('the log answers "how many?"', /^How many instances .+\.$/m.test(log))
check('the log has the reported-against-simulated table', /reported/i.test(log) && /V4/.test(log))
check('the log shows no stack trace', !/^\s+at .+:\d+:\d+\)?$/m.test(log))
if (html !== undefined) lookAtFiles(dirname(html))
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})
try {
  if (html !== undefined) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    await lookAtPage(page, html, { charts: 5 })
  }
  await lookAtSamples(browser)
} finally {
  await browser.close()
}
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1
