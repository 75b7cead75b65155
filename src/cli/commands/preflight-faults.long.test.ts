import { describe, expect, test } from 'vitest'
import { control, isAlive, startLiveStack, type LiveStack } from '../testing/live-stack.ts'
import { amissIn, preflightSmoke } from '../testing/preflight-here.ts'

const early = ['--instances', '1', '--opens-in', '3600']

async function withStack(args: readonly string[], use: (stack: LiveStack) => Promise<void>) {
  const stack = await startLiveStack([...early, ...args])
  try {
    await use(stack)
    const { body } = await control(stack, 'GET findings')
    expect(body['booked']).toBe(0)
  } finally {
    if (isAlive(stack.pid)) await stack.stop()
  }
}

const ineligible = 'refused as ineligible at "identify": this person may not book'

/** Starting a stack is mostly waiting, so several do at once. */
describe.concurrent(
  'a stack that misbehaves fails on the right row, and keeps no booking',
  () => {
    test('race', () =>
      withStack(['--fault', 'race'], async (stack) => {
        const report = await preflightSmoke(stack, [], { deviceTries: 100 })
        const { 'devices-at-once': pair, ...rest } = amissIn(report)
        expect({ rest, ok: report.verdict.ok }).toEqual({ rest: {}, ok: false })
        expect(pair).toMatch(/^failed: try \d+: \d of 6 devices booked$/)
      }))

    test('forged-key', () =>
      withStack(['--fault', 'forged-key'], async (stack) => {
        const through = 'failed: let through: a good answer at "identify": done'
        expect(amissIn(await preflightSmoke(stack))).toEqual({
          'invented-key': through,
          'altered-key': through,
          'waiting-key': through,
          'timeout-key': through,
        })
      }))

    test('early-gate', () =>
      withStack(['--fault', 'early-gate'], async (stack) => {
        await control(stack, 'POST open', { inSec: 29 })
        const found = amissIn(await preflightSmoke(stack))
        expect(found['gate-shut']).toBe('failed: let in before the opening')
      }))

    test('order', () =>
      withStack(['--fault', 'order'], async (stack) => {
        const { order, ...rest } = amissIn(await preflightSmoke(stack))
        expect(rest).toEqual({})
        expect(order).toMatch(
          /^failed: turn \d+: the second was let in while the first still waited$/,
        )
      }))

    test('everyone of age refused, as from 03:00 to 09:00', () =>
      withStack([], async (stack) => {
        await control(stack, 'POST events', {
          kind: 'eligibility-fault',
          effect: 'refuse-eligible',
        })
        const refused = await preflightSmoke(stack)
        expect(amissIn(refused)).toMatchObject({
          'may-book-1967': `failed: ${ineligible}`,
          'may-book-1968': `failed: ${ineligible}`,
        })
      }))

    test('eligibility', () =>
      withStack(['--fault', 'eligibility'], async (stack) => {
        expect(amissIn(await preflightSmoke(stack))).toEqual({
          'may-book-1967': `failed: ${ineligible}`,
          'may-not-book-1969': 'failed: booked',
          'straight-1969': 'failed: booked',
        })
      }))
  },
  120_000,
)
