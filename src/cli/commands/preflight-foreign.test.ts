import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DambreakError } from '../../core/errors.ts'
import { Clinic, clinic, type ClinicFaults } from '../testing/clinic.ts'
import { opening } from '../../engine/testing/opening.ts'
import { amissIn, preflightOf, type PreflightHere } from '../testing/preflight-here.ts'

/** Any stack whose scenario says how it speaks: no operators' address, and an undo of its own. */

const scenario = opening(clinic)
const site = new Clinic()
let url = ''
beforeAll(async () => {
  url = await site.start()
})
afterAll(() => site.stop())

async function check(faults: ClinicFaults, options: PreflightHere = {}) {
  site.reset(faults)
  return preflightOf({ scenario, tables: new Map() }, { url, controlUrl: null }, options)
}

describe('after its opening', () => {
  const after = (faults: ClinicFaults = {}) =>
    check({ isOpen: true, ...faults }, { phase: 'after' })

  test('it passes, and keeps no booking', async () => {
    const report = await after()
    expect(amissIn(report)).toEqual({})
    expect(report.verdict).toMatchObject({ ok: true, reasons: [] })
    expect(report.rows.find(({ id }) => id === 'second-booking')?.came).toMatchObject({
      code: 'Refused',
      seen: { step: 'book', answer: 'alreadyBooked', said: '' },
    })
    expect(site.bookings).toEqual([])
  })

  test('one that is still shut lets no cohort be checked', async () => {
    const report = await after({ isOpen: false })
    const found = amissIn(report)
    expect(found['gate-open']).toBe('failed: the gate let nobody in: waiting, 0 ahead')
    expect(found['may-book-1967']).toMatch(/^unchecked: the gate let nobody in/)
    expect(report.verdict).toMatchObject({ ok: false, failed: 1 })
  })

  test.each([
    [{ yearsOff: 1 }, 'may-book-1967', 'failed: refused as ineligible at "look"'],
    [{ yearsOff: -1 }, 'may-not-book-1966', 'failed: booked'],
    [{ races: true }, 'devices-at-once', 'failed: try 1: 6 of 6 devices booked'],
    [{ takesAnyKey: true }, 'timeout-key', 'failed: let through: a good answer at "look"'],
    [
      { overtakes: true },
      'order',
      expect.stringMatching(/^failed: turn \d+: the second was let in/) as string,
    ],
    [{ refusal: 404 }, 'no-key', 'failed: an error instead of a refusal: HTTP 404 at "look"'],
    [{ page: '<td>보건소</td>' }, 'offers', 'failed: 2021-08-02 is not shown'],
    [{ keepsBookings: true }, 'clean-up', expect.stringContaining('failed: 0 of ') as string],
  ])('%j fails at %s', async (faults: ClinicFaults, id, words) => {
    const report = await after(faults)
    expect(amissIn(report)[id]).toEqual(words)
    expect(report.verdict.ok).toBe(false)
    if (faults.keepsBookings !== true) expect(site.bookings).toEqual([])
  })
})

describe('before its opening', () => {
  test('without a way in the cohorts are not checked, and that is no pass', async () => {
    const report = await check({})
    const found = amissIn(report)
    expect(Object.values(found).filter((words) => !words.startsWith('unchecked'))).toEqual([])
    expect(found['may-book-1967']).toContain('no way in without --control or --test-key-env')
    expect(found).not.toHaveProperty('gate-shut')
    expect(report.verdict.reasons).toContainEqual({ code: 'NoCohortChecked' })
  })

  test('with a key of its operators they are; only the order of the line is not', async () => {
    const report = await check({}, { testKey: 'operators' })
    expect(Object.keys(amissIn(report))).toEqual(['order'])
    expect(report.verdict).toMatchObject({ ok: false, failed: 0, unchecked: 1 })
    expect(site.bookings).toEqual([])
  })

  test('a gate that lets in already fails', async () => {
    const found = amissIn(await check({ isOpen: true }, { testKey: 'operators' }))
    expect(found['gate-shut']).toBe('failed: let in before the opening')
  })

  test('stopped midway it takes back what it booked', async () => {
    const stopping = new AbortController()
    const onRow = (id: string) => {
      if (id === 'may-book-1967') stopping.abort()
    }
    const run = check({}, { testKey: 'operators', signal: stopping.signal, onRow })
    await expect(run).rejects.toEqual(
      new DambreakError('interrupted', 'stopped before every row was looked at'),
    )
    expect(site.bookings).toEqual([])
  })
})
