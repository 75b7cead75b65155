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
  refusalOf({ host: 'shop.example', expectedSha256: hash, givenSha256: hash, ask, ...given })

test('the owner publishes the hash of the code that is given', () => {
  expect(refusal(file({ authorisationSha256: hash }))).toBeNull()
  expect(refusal(file({ authorisationSha256: [sha256('x'), hash.toUpperCase()] }))).toBeNull()
})

test.each([
  [file({ authorisationSha256: sha256('x') }), {}, 'names another code'],
  [file({ authorisation: code }), {}, 'publishes the code itself'],
  [file(code), {}, 'cannot be read'],
  [file({}, 404), {}, 'it answers 404'],
  [file({ authorisationSha256: hash }), { givenSha256: null }, '-e DAMBREAK_AUTHORISATION=<code>'],
  // Who knows the hash alone, which everybody can read, does not know the code.
  [
    file({ authorisationSha256: hash }),
    { givenSha256: sha256(hash) },
    "is not the scenario's code",
  ],
  [file({ authorisationSha256: hash }), { expectedSha256: null }, 'has no authorisation code'],
] as const)('is refused otherwise: %#', (ask, given, why) => {
  expect(refusal(ask, given)).toContain(why)
  expect(refusal(ask, given)).not.toContain(code)
})
