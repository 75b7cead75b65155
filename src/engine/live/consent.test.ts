import { describe, expect, test } from 'vitest'
import { DambreakError } from '../../core/errors.ts'
import { consentOf, wellKnownPath, type ConsentOptions } from './consent.ts'
import type { TextAnswer, TextRequest } from './control/fetch-text.ts'
import type { Target } from '../client/transport.ts'

const away: Target = {
  protocol: 'https:',
  host: 'shop.example:8443',
  serverName: 'shop.example',
  address: '192.0.2.7',
  port: 8443,
  basePath: '/base',
  isLoopback: false,
}
const code = 'drill-2021-07-19'

/** What the host answers for the file, and what it was asked. */
function host(answer: TextAnswer | string) {
  const asked: { target: Target; request: TextRequest }[] = []
  const fetchText: ConsentOptions['fetchText'] = (target, request) => {
    asked.push({ target, request })
    return Promise.resolve(
      typeof answer === 'string' ? { ok: true, status: 200, text: answer } : answer,
    )
  }
  return { asked, fetchText }
}

const ask = (answer: TextAnswer | string, given: Partial<ConsentOptions> = {}) =>
  consentOf(away, {
    authorisation: code,
    allowHost: undefined,
    fetchText: host(answer).fetchText,
    ...given,
  })

async function refusal(asking: Promise<unknown>): Promise<string> {
  const error: unknown = await asking.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(DambreakError)
  expect((error as DambreakError).kind).toBe('usage')
  return (error as DambreakError).message
}

describe('consentOf', () => {
  test('this machine itself is free, and is not asked', async () => {
    const { asked, fetchText } = host('')
    const target = { ...away, isLoopback: true }
    const options = { authorisation: undefined, allowHost: undefined, fetchText }
    expect(await consentOf(target, options)).toEqual({ kind: 'loopback', maxPerSec: null })
    expect(asked).toEqual([])
  })

  test.each([
    JSON.stringify({ authorisation: code }),
    JSON.stringify({ authorisation: code, contact: 'ops@shop.example' }),
    JSON.stringify({ authorisations: ['other', code] }),
  ])('is proved by %s', async (text) => {
    expect(await ask(text)).toEqual({ kind: 'proved', maxPerSec: null })
    expect(await ask(text, { allowHost: 'shop.example' })).toMatchObject({ kind: 'proved' })
  })

  test('asks once, for the one file, at the pinned address', async () => {
    const { asked, fetchText } = host(JSON.stringify({ authorisation: code }))
    await ask('', { fetchText })
    expect(asked).toEqual([
      {
        target: away,
        request: { method: 'GET', path: wellKnownPath, maxBytes: 16_384, timeoutMs: 5000 },
      },
    ])
  })

  test.each<[TextAnswer | string, string]>([
    [JSON.stringify({ authorisation: 'other' }), 'names another code'],
    [JSON.stringify({ authorisation: `${code}x` }), 'names another code'],
    [JSON.stringify({ authorisation: code.slice(1) }), 'names another code'],
    [JSON.stringify({ authorisations: [] }), 'names another code'],
    [JSON.stringify({ authorisation: [code] }), 'is not {"authorisation": "<code>"}'],
    [JSON.stringify({ authorisations: code }), 'is not {"authorisation": "<code>"}'],
    [JSON.stringify([code]), 'is not {"authorisation": "<code>"}'],
    [JSON.stringify({}), 'is not {"authorisation": "<code>"}'],
    ['null', 'is not {"authorisation": "<code>"}'],
    [code, 'is not {"authorisation": "<code>"}'],
    [{ ok: true, status: 301, text: JSON.stringify({ authorisation: code }) }, 'it answers 301'],
    [{ ok: true, status: 404, text: '' }, 'it answers 404'],
    [{ ok: false, detail: 'the connection is refused' }, 'be read: the connection is refused'],
  ])('%j is no proof', async (answer, why) => {
    const message = await refusal(ask(answer))
    expect(message).toMatch(/^shop\.example:8443 has not agreed to take this load: /)
    expect(message).toContain(why)
    expect(message).toContain(`https://shop.example:8443${wellKnownPath}`)
    expect(message).toContain('--allow-host shop.example sends at most 50 requests a second')
    expect(message).not.toContain(code)
  })

  test.each([undefined, '', ' '])('without a code (%j) nothing is sent', async (authorisation) => {
    const { asked, fetchText } = host(JSON.stringify({ authorisation: '' }))
    const message = await refusal(ask('', { authorisation, fetchText }))
    expect(message).toContain('the scenario has no authorisation code')
    expect(asked).toEqual([])
  })

  test.each(['shop.example', 'SHOP.example.', 'shop.example:8443'])(
    'the host that the user names (%s) is sent to slowly',
    async (allowHost) => {
      const capped = { kind: 'capped', maxPerSec: 50 }
      expect(await ask('{}', { allowHost })).toEqual(capped)
      expect(await ask('', { allowHost, authorisation: undefined })).toEqual(capped)
    },
  )

  test.each(['example', 'shop.example:80', '192.0.2.7', 'not-shop.example', '*', ''])(
    'not one that is named otherwise (%s)',
    async (allowHost) => {
      expect(await refusal(ask('{}', { allowHost }))).toContain(
        '--allow-host names another host than shop.example',
      )
    },
  )

  test('an IPv6 host may be named with its brackets and without', async () => {
    const target = { ...away, host: '[2001:db8::7]', serverName: '2001:db8::7' }
    for (const allowHost of ['2001:db8::7', '[2001:DB8::7]']) {
      const options = { authorisation: undefined, allowHost, fetchText: host('').fetchText }
      expect(await consentOf(target, options)).toMatchObject({ kind: 'capped' })
    }
  })
})
