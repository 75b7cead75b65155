import { describe, expect, test } from 'vitest'
import { controlClientFor, type ControlClient } from './control-client.ts'
import type { TextAnswer, TextRequest } from './fetch-text.ts'
import type { Lookup } from '../transport/target.ts'

const lookup: Lookup = (name) =>
  Promise.resolve(name === 'localhost' ? ['127.0.0.1'] : ['192.0.2.1'])

async function client(answer: TextAnswer | string) {
  const asked: TextRequest[] = []
  const control = await controlClientFor('http://localhost:9/s3cret', {
    lookup,
    fetchText: (_target, request) => {
      asked.push(request)
      return Promise.resolve(
        typeof answer === 'string' ? { ok: true, status: 200, text: answer } : answer,
      )
    },
  })
  return { control, asked }
}
const calls: [string, (control: ControlClient) => Promise<object>][] = [
  ['open', (control) => control.open(1)],
  ['perform', (control) => control.perform({ kind: 'resume', at: '20:00' }, null)],
  ['findings', (control) => control.findings()],
  ['state', (control) => control.state()],
  ['undo', (control) => control.undo('kim')],
]

describe('controlClientFor', () => {
  test.each([
    'http://192.0.2.1:9/s3cret',
    'http://shop.example:9/s3cret',
    'http://127.0.0.1:9',
    'http://127.0.0.1:9/s3cret/events',
    'http://127.0.0.1:9/s3cret?x',
    'http://kim:s3cret@127.0.0.1:9/x',
    's3cret',
  ])('refuses %s without repeating it', async (url) => {
    const fetchText = () => Promise.resolve({ ok: false, detail: '' } as const)
    const making = controlClientFor(url, { lookup, fetchText })
    await expect(making).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/^the control address must (?!.*s3cret)/) as unknown,
    })
  })
})

describe('ControlClient', () => {
  test('sends an event without its times', async () => {
    const { control, asked } = await client('{"performed":true,"kind":"x","detail":"4 → 10"}')
    expect(await control.perform({ kind: 'instances', at: '20:48', count: 10 }, null)).toEqual({
      performed: true,
      detail: { code: 'ControlAnswered', text: '4 → 10' },
    })
    const fault = { kind: 'eligibility-fault', at: '20:48', until: '20:49' } as const
    await control.perform({ ...fault, effect: 'refuse-eligible' }, 2.5)
    expect(
      asked.map(({ method, path, body }) => [method, path, JSON.parse(body!) as unknown]),
    ).toEqual([
      ['POST', '/s3cret/events', { kind: 'instances', count: 10 }],
      [
        'POST',
        '/s3cret/events',
        { kind: 'eligibility-fault', effect: 'refuse-eligible', forSec: 2.5 },
      ],
    ])
  })

  test('takes back only what is named, whatever the name', async () => {
    const { control, asked } = await client('{"status":"ok"}')
    expect(await control.undo('../state?x#/é')).toEqual({ ok: true, value: true })
    expect(asked[0]).toMatchObject({
      method: 'DELETE',
      path: '/s3cret/bookings/..%2Fstate%3Fx%23%2F%C3%A9',
    })
  })

  /** Why a call came to nothing; an event has that in what came of it. */
  function whyNot(told: unknown): string {
    const { detail } = told as { detail: string | { error: string } }
    return typeof detail === 'string' ? detail : detail.error
  }

  test.each(calls)('%s tells of a stack that is not there', async (_name, call) => {
    const { control } = await client({ ok: false, detail: 'the connection is refused' })
    const told = await call(control)
    expect(whyNot(told)).toBe('the connection is refused')
    expect(Object.values(told)).toContain(false)
  })

  const odd: (TextAnswer | string)[] = [
    'no JSON, s3cret',
    '{"performed":false,"s3cret":1}',
    'null',
    '[]',
    '{"opensAtEpochMs":"soon","findings":{"doubleBooking":-1},"detail":{}}',
    { ok: true, status: 404, text: '{"status":"notFound","message":"nothing at /s3cret"}' },
    { ok: true, status: 400, text: '{"message":"no","faults":[{"path":"s3cret","message":"x"}]}' },
    { ok: true, status: 500, text: '{}' },
    { ok: true, status: 503, text: JSON.stringify({ message: 'x'.repeat(10_000) }) },
  ]
  test.each(odd.flatMap((answer) => calls.map(([name, call]) => ({ name, answer, call }))))(
    '$name: $answer gives a message without the token',
    async ({ answer, call }) => {
      const { control } = await client(answer)
      const told = await call(control)
      expect(Object.values(told)).toContain(false)
      const error = whyNot(told)
      expect(error).not.toContain('s3cret')
      expect(error.length).toBeGreaterThan(3)
      expect(error.length).toBeLessThanOrEqual(300)
    },
  )
})
