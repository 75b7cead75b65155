import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DambreakError } from '../../core/errors.ts'
import type { PreflightReport } from '../../preflight/verdict.ts'
import { junitFaults } from '../../report/testing/junit-schema.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { dambreak } from '../testing/dambreak.ts'
import { runHere } from '../testing/in-process.ts'
import { control, isAlive, startLiveStack, type LiveStack } from '../testing/live-stack.ts'
import { amissIn, preflightSmoke } from '../testing/preflight-here.ts'

const early = ['--instances', '1', '--opens-in', '3600']

async function withStack(args: readonly string[], use: (stack: LiveStack) => Promise<void>) {
  const stack = await startLiveStack([...early, ...args])
  try {
    await use(stack)
  } finally {
    if (isAlive(stack.pid)) await stack.stop()
  }
}

async function bookings(stack: LiveStack): Promise<unknown> {
  return (await control(stack, 'GET findings')).body['booked']
}

describe('against the reference stack, an hour before the opening', () => {
  const ineligible = 'refused as ineligible at "identify": this person may not book'

  test('a sound one passes; one that goes by other birth years does not', () =>
    withStack([], async (stack) => {
      const { path, remove } = temporaryDirectory()
      const junit = join(path, 'junit.xml')
      const where = ['--target', stack.url, '--control', stack.controlUrl]
      const run = ['preflight', 'smoke', ...where, '--junit', junit, '--json']
      const { code, out, err } = await dambreak(run, path)
      expect({ code, err }).toEqual({ code: 0, err: '' })
      const report = JSON.parse(out) as PreflightReport
      expect(amissIn(report)).toEqual({})
      expect(report).toMatchObject({ phase: 'before', verdict: { ok: true, passed: 20 } })
      const xml = readFileSync(junit, 'utf8')
      remove()
      expect(await junitFaults(xml)).toEqual([])
      expect(xml.match(/<testcase /g)).toHaveLength(20)
      expect(await bookings(stack)).toBe(0)
      // Whoever came was let in on trial: none of it is a finding.
      const found = (await control(stack, 'GET findings')).body['findings']
      expect(found).toMatchObject({ earlyAdmission: 0, bypassed: 0, orderInversion: 0 })

      const years = ['from=1966', 'to=1967'].map((year) => `population.birthYears.${year}`)
      const shifted = await preflightSmoke(stack, years)
      expect(amissIn(shifted)).toEqual({
        'may-book-1966': `failed: ${ineligible}`,
        'may-not-book-1968': 'failed: booked',
        'straight-1968': 'failed: booked',
      })
      expect(shifted.verdict.reasons).toEqual([{ code: 'RowsFailed', failed: 3, rows: 20 }])
      expect(await bookings(stack)).toBe(0)
    }))
}, 120_000)

describe('what cannot be checked is said, and is no pass', () => {
  const nowhere = ['--target', 'http://127.0.0.1:1']

  test.each([
    [['smoke', ...nowhere], 2, 'must take it back'],
    [['smoke', ...nowhere, '--control', 'http://127.0.0.1:1/x'], 4, 'the connection is refused'],
    [['smoke', ...nowhere, '--phase', 'noon'], 2, 'Allowed choices are before, after'],
    [['smoke', ...nowhere, '--offers', 'offers'], 2, 'must be a path'],
  ])('%j: %i', async (args, code, words) => {
    const { path, remove } = temporaryDirectory()
    const ended = await runHere(['preflight', ...args], path)
    remove()
    expect({ code: ended.code, says: ended.err.includes(words) }).toEqual({ code, says: true })
    expect(ended.out).toBe('')
  })

  test('a target that is not there is no failed row', async () => {
    const stack = { url: 'http://127.0.0.1:1', controlUrl: null }
    const run = preflightSmoke(stack)
    await expect(run).rejects.toEqual(new DambreakError('engine', '127.0.0.1:1 does not answer'))
  })
})
