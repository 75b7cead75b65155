import { describe, expect, test } from 'vitest'
import { DambreakError } from '../../core/errors.ts'
import { codeHash } from '../../scenario/code-hash.ts'
import { wellKnownPath } from '../client/well-known.ts'
import { consentOf, type ConsentOptions } from './consent.ts'
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
const hash = codeHash(code)
const noRecords = () => Promise.resolve([])

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
    lookupTxt: noRecords,
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
    const options = {
      authorisation: undefined,
      allowHost: undefined,
      fetchText,
      lookupTxt: noRecords,
    }
    expect(await consentOf(target, options)).toEqual({ kind: 'loopback', maxPerSec: null })
    expect(asked).toEqual([])
  })

  test.each([
    JSON.stringify({ authorisationSha256: hash }),
    JSON.stringify({ authorisationSha256: hash.toUpperCase(), contact: 'ops@shop.example' }),
    JSON.stringify({ authorisationSha256: [codeHash('other'), hash] }),
    // While both are there, the hash counts.
    JSON.stringify({ authorisation: code, authorisationSha256: hash }),
  ])('is proved by %s', async (text) => {
    expect(await ask(text)).toEqual({ kind: 'proved', by: 'file', maxPerSec: null })
    expect(await ask(text, { allowHost: 'shop.example' })).toMatchObject({ kind: 'proved' })
  })

  test('asks once, for the one file, at the pinned address', async () => {
    const { asked, fetchText } = host(JSON.stringify({ authorisationSha256: hash }))
    await ask('', { fetchText })
    expect(asked).toEqual([
      {
        target: away,
        request: { method: 'GET', path: wellKnownPath, maxBytes: 16_384, timeoutMs: 5000 },
      },
    ])
  })

  test.each<[TextAnswer | string, string]>([
    [JSON.stringify({ authorisationSha256: codeHash('other') }), 'names another code'],
    [JSON.stringify({ authorisationSha256: codeHash(`${code}x`) }), 'names another code'],
    [JSON.stringify({ authorisationSha256: [] }), 'names another code'],
    // Whoever copies the hash into a scenario has not its code.
    [JSON.stringify({ authorisationSha256: codeHash(hash) }), 'names another code'],
    [JSON.stringify({ authorisation: code }), 'publishes the code itself'],
    [JSON.stringify({ authorisations: ['other', code] }), 'publishes the code itself'],
    [JSON.stringify({ authorisationSha256: code }), 'is not {"authorisationSha256"'],
    [JSON.stringify({ authorisationSha256: hash.slice(1) }), 'is not {"authorisationSha256"'],
    [JSON.stringify({ authorisationSha256: [hash, 7] }), 'is not {"authorisationSha256"'],
    [JSON.stringify([hash]), 'is not {"authorisationSha256"'],
    [JSON.stringify({}), 'is not {"authorisationSha256"'],
    ['null', 'is not {"authorisationSha256"'],
    [hash, 'is not {"authorisationSha256"'],
    [
      { ok: true, status: 301, text: JSON.stringify({ authorisationSha256: hash }) },
      'it answers 301',
    ],
    [{ ok: true, status: 404, text: '' }, 'it answers 404'],
    [{ ok: false, detail: 'the connection is refused' }, 'be read: the connection is refused'],
  ])('%j is no proof', async (answer, why) => {
    const message = await refusal(ask(answer))
    expect(message).toMatch(/^shop\.example:8443 has not agreed to take this load: /)
    expect(message).toContain(why)
    expect(message).toContain(
      `https://shop.example:8443${wellKnownPath}   {"authorisationSha256":"${hash}"}`,
    )
    expect(message).toContain(`_dambreak.shop.example. IN TXT "authorisationSha256=${hash}"`)
    expect(message).toContain('--allow-host shop.example sends at most 50 requests a second')
    expect(message).not.toContain(code)
  })

  describe('in DNS', () => {
    const asked: string[] = []
    const records =
      (...texts: string[]) =>
      (name: string) => {
        asked.push(name)
        return Promise.resolve(texts)
      }
    const notFound = { ok: true, status: 404, text: '' } as const
    const record = `authorisationSha256=${hash}`

    test('is proved by a record beside others', async () => {
      const lookupTxt = records('v=spf1 -all', ` ${record} `)
      const proved = { kind: 'proved', by: 'dns', maxPerSec: null }
      expect(await ask(notFound, { lookupTxt })).toEqual(proved)
      expect(asked).toEqual(['_dambreak.shop.example'])
    })

    test.each([
      `authorisationSha256=${codeHash('other')}`,
      `authorisationSha256=${code}`,
      `authorisation=${code}`,
      hash,
      `${record}=`,
      `${record} x`,
      `x ${record}`,
      '',
    ])('is not by "%s"', async (text) => {
      expect(await refusal(ask(notFound, { lookupTxt: records(text) }))).toContain('answers 404')
    })

    // Anybody may let a name of theirs point at a machine of somebody else, and write to its zone.
    test.each([
      ['without TLS', { ...away, protocol: 'http:' }],
      ['of an address', { ...away, serverName: '192.0.2.7', host: '192.0.2.7' }],
    ])('is not asked for %s', async (_, target) => {
      const lookupTxt = () => Promise.reject(new Error('asked'))
      const { fetchText } = host(notFound)
      const options = { authorisation: code, allowHost: undefined, fetchText, lookupTxt }
      const message = await refusal(consentOf(target, options))
      expect(message).toContain('it answers 404')
      expect(message).not.toContain('IN TXT')
    })

    test('is not asked for where the certificate could not be verified', async () => {
      const lookupTxt = () => Promise.reject(new Error('asked'))
      const answer = { ok: false, detail: 'the request failed (CERT_HAS_EXPIRED)' } as const
      expect(await refusal(ask(answer, { lookupTxt }))).toContain('CERT_HAS_EXPIRED')
    })
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
      const options = {
        authorisation: undefined,
        allowHost,
        fetchText: host('').fetchText,
        lookupTxt: noRecords,
      }
      expect(await consentOf(target, options)).toMatchObject({ kind: 'capped' })
    }
  })
})
