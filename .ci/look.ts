/** Looks at what `npm start` wrote: the log's lines, the files, every picture, the page in a browser. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'

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
    check(`${name} is a valid run`, run.schemaVersion === 1 && run.verdict.valid)
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

async function lookAtPage(page: Page, html: string): Promise<void> {
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
  check('the page makes no network request', outside.length === 0, outside.join(' '))
  check('the page logs no error', errors.length === 0, errors.join(' | '))
  const canvases = await page.evaluate<CanvasLook[]>(canvasScript)
  check('the page has charts', canvases.length >= 5, `${canvases.length}`)
  canvases.forEach((canvas, i) => {
    const ok = canvas.width > 100 && canvas.height > 50 && canvas.colours > 3
    check(`canvas ${i + 1} shows something`, ok, JSON.stringify(canvas))
  })
  const overflowPx = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  check('the page is not wider than the window', overflowPx <= 0, `${overflowPx} px`)
  const text = await page.evaluate<string>('document.body.innerText')
  check('the page has a headline', (await page.locator('h1').count()) === 1)
  check('nothing reads NaN or undefined', !/\b(NaN|undefined|\[object Object\])/.test(text))
}

const log = readFileSync(process.argv[2] ?? 'start.log', 'utf8')
const html = /^report: (.+report\.html)$/m.exec(log)?.[1]
check('the log names the report', html !== undefined)
check('the log answers "how many?"', /^How many instances .+\.$/m.test(log))
check('the log has the reported-against-simulated table', /reported/i.test(log) && /V4/.test(log))
check('the log shows no stack trace', !/^\s+at .+:\d+:\d+\)?$/m.test(log))
if (html !== undefined) {
  lookAtFiles(dirname(html))
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  try {
    await lookAtPage(await browser.newPage({ viewport: { width: 1280, height: 900 } }), html)
  } finally {
    await browser.close()
  }
}
console.log(`${counts.passed} passed, ${counts.failed} failed`)
process.exitCode = counts.failed === 0 ? 0 : 1
