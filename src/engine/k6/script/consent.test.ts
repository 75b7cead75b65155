import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { refusalOf, type ScriptConsent } from './consent.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const code = 'drill-2021-07-19'
const hash = sha256(code)
const file =
  (value: unknown, status = 200): ScriptConsent['ask'] =>
  () => ({
    status,
    body: JSON.stringify(value),
  })

const refusal = (ask: ScriptConsent['ask'], given: Partial<ScriptConsent> = {}) =>
  refusalOf({ expectedSha256: hash, givenSha256: hash, ask, ...given })

test('the owner publishes the hash of the code that is given', () => {
  expect(refusal(file({ authorisationSha256: hash }))).toBeNull()
  expect(refusal(file({ authorisationSha256: [sha256('x'), hash.toUpperCase()] }))).toBeNull()
})

test.each([
  [file({ authorisationSha256: sha256('x') }), {}, 'OtherCode'],
  [file({ authorisation: code }), {}, 'PlainCode'],
  [file(code), {}, 'NotConsent'],
  [file({}, 404), {}, 'NotServed'],
  [file({ authorisationSha256: hash }), { givenSha256: null }, 'CodeNotGiven'],
  // Who knows the hash alone, which everybody can read, does not know the code.
  [file({ authorisationSha256: hash }), { givenSha256: sha256(hash) }, 'CodeNotOfScenario'],
  [file({ authorisationSha256: hash }), { expectedSha256: null }, 'NoAuthorisation'],
] as const)('is refused otherwise: %#', (ask, given, why) => {
  expect(refusal(ask, given)).toBe(why)
})
