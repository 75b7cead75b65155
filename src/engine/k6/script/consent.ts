import { readPublished } from '../../client/well-known.ts'

export interface ScriptConsent {
  /** SHA-256 of the scenario's code, hexadecimal; `null`: it has none. */
  readonly expectedSha256: string | null
  /** SHA-256 of `DAMBREAK_AUTHORISATION`; `null`: it is not given. */
  readonly givenSha256: string | null
  /** Asks the target for its file. */
  readonly ask: () => { readonly status: number; readonly body: unknown }
}

/** Why a target is not loaded. */
export type ConsentRefusal =
  | 'NoAuthorisation'
  | 'CodeNotGiven'
  | 'CodeNotOfScenario'
  | 'NotServed'
  | 'PlainCode'
  | 'NotConsent'
  | 'OtherCode'

/**
 * Why the target is not loaded; `null` where its owner publishes the hash of the code that was given. The
 * hash alone, which everybody can read, proves nothing.
 */
export function refusalOf({
  expectedSha256,
  givenSha256,
  ask,
}: ScriptConsent): ConsentRefusal | null {
  if (expectedSha256 === null) return 'NoAuthorisation'
  if (givenSha256 === null) return 'CodeNotGiven'
  if (givenSha256 !== expectedSha256) return 'CodeNotOfScenario'
  const { status, body } = ask()
  if (status !== 200) return 'NotServed'
  const published = readPublished(typeof body === 'string' ? body : '')
  if (published.kind === 'plainCode') return 'PlainCode'
  if (published.kind === 'unreadable') return 'NotConsent'
  return published.hashes.includes(expectedSha256) ? null : 'OtherCode'
}
