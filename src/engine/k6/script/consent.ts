import { consentField, readPublished, wellKnownPath } from '../../client/well-known.ts'

export interface ScriptConsent {
  readonly host: string
  /** SHA-256 of the scenario's code, hexadecimal; `null`: it has none. */
  readonly expectedSha256: string | null
  /** SHA-256 of `DAMBREAK_AUTHORISATION`; `null`: it is not given. */
  readonly givenSha256: string | null
  /** Asks the target for its file. */
  readonly ask: () => { readonly status: number; readonly body: unknown }
}

/**
 * Why the target is not loaded; `null` where its owner publishes the hash of the code that was given. The
 * hash alone, which everybody can read, proves nothing.
 */
export function refusalOf({
  host,
  expectedSha256,
  givenSha256,
  ask,
}: ScriptConsent): string | null {
  const how =
    expectedSha256 === null
      ? ''
      : ` To agree, its owner serves ${wellKnownPath} with {"${consentField}": "${expectedSha256}"}.`
  const refuse = (why: string) => `${host} has not agreed to take this load: ${why}.${how}`
  if (expectedSha256 === null) return refuse('the scenario has no authorisation code')
  if (givenSha256 === null)
    return refuse("the scenario's code is needed: -e DAMBREAK_AUTHORISATION=<code>")
  if (givenSha256 !== expectedSha256)
    return refuse("DAMBREAK_AUTHORISATION is not the scenario's code")
  const { status, body } = ask()
  if (status !== 200) return refuse(`it answers ${status} for ${wellKnownPath}`)
  const published = readPublished(typeof body === 'string' ? body : '')
  if (published.kind === 'plainCode')
    return refuse(`its ${wellKnownPath} publishes the code itself`)
  if (published.kind === 'unreadable') return refuse(`its ${wellKnownPath} cannot be read`)
  return published.hashes.includes(expectedSha256)
    ? null
    : refuse(`its ${wellKnownPath} names another code`)
}
