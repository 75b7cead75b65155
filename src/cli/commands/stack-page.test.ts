import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { control, eventually, netfunnel, startLiveStack } from '../testing/live-stack.ts'
import type { LiveStack } from '../testing/live-stack.ts'

const executablePath = '/usr/bin/chromium'
/** Eight turns a second and this many ahead: some seconds on the waiting screen. */
const ahead = 40

describe('the page for people, in a browser', () => {
  let stack: LiveStack | null = null
  let browser: Browser | null = null
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    if (!existsSync(executablePath)) return
    const slow = ['--set', 'waitingRoom.admission.perSecPerInstance=4']
    stack = await startLiveStack(slow)
    const args = ['--no-sandbox', '--disable-dev-shm-usage']
    browser = await chromium.launch({ executablePath, args })
    page = await browser.newPage({ viewport: { width: 420, height: 900 } })
    page.on('console', (message) => {
      // The gate refuses and instances answer with codes that are no success: no fault of the page.
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await stack?.stop()
  })

  async function fill(person: string, birthYear: number): Promise<string> {
    await page.getByLabel('Name or number').fill(person)
    await page.getByLabel('Year of birth').fill(String(birthYear))
    await page.getByRole('button', { name: 'Book' }).click()
    const result = page.locator('#result h2')
    await result.waitFor()
    return result.innerText()
  }

  const numberIn = async (id: string) =>
    Number((await page.locator(id).innerText()).replaceAll(',', ''))

  test('counts down the position while it waits', async (context) => {
    if (stack === null) return context.skip('chromium is not installed')
    const { url } = stack
    await Promise.all(
      Array.from({ length: ahead }, () => netfunnel(url, 'opcode=5101&sid=s&aid=a')),
    )
    await page.goto(url, { waitUntil: 'load' })
    const first = await eventually(() => numberIn('#position'), Number.isFinite)
    expect(first).toBeGreaterThan(ahead / 4)
    expect(first).toBeLessThanOrEqual(ahead + 1)
    await eventually(
      () => numberIn('#position'),
      (position) => position < first,
    )
    expect(await page.locator('#waiting h2').innerText()).toContain('접속 대기 중')
    expect(await page.locator('#left').innerText()).toMatch(/^(\d+:\d\d|곧 · soon)$/)
    const tooWidePx = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect(tooWidePx).toBe(0)
  })

  test('lets in and books', async (context) => {
    if (stack === null) return context.skip('chromium is not installed')
    await page.locator('#form').waitFor({ timeout: 120_000 })
    const offers = await page.locator('#offer option').allInnerTexts()
    expect(offers).toHaveLength(2)
    expect(offers[0]).toContain('clinic, 2021-07-26')
    await page.locator('#offer').selectOption({ index: 1 })
    const words = await fill('kim-1967', 1967)
    expect(words).toContain('예약되었습니다')
    expect(words).toContain('clinic, 2021-07-27')
    const { body } = await control(stack, 'GET findings')
    expect(body['booked']).toBe(1)
  })

  test('refuses a second booking with a message, and tells the gate when it is done', async (context) => {
    if (stack === null) return context.skip('chromium is not installed')
    await page.getByRole('button', { name: 'Start over' }).click()
    await page.locator('#form').waitFor({ timeout: 120_000 })
    const words = await fill('kim-1967', 1967)
    expect(words).toContain('이미 예약하셨습니다')
    expect(words).toContain('You have already booked')
    await page.getByRole('button', { name: 'Queue again' }).click()
    await page.locator('#form').waitFor({ timeout: 120_000 })
    expect(await fill('old', 1930)).toContain('born 1967 to 1968')
    const { body } = await control(stack, 'GET state')
    expect(body['gate']).toMatchObject({ completed: 3 })
    expect(complaints).toEqual([])
  })
}, 120_000)
