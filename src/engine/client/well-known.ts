/** Where a host's owner says whose load is welcome. */
export const wellKnownPath = '/.well-known/dambreak.json'

/** The field that it says so by: the SHA-256 of a scenario's code in hexadecimal, or a list of them. */
export const consentField = 'authorisationSha256'

/** Where it may say so in DNS: a TXT record of this name before the host's. */
export const consentRecordName = (name: string): string => `_dambreak.${name}`

/** The text of that record. */
export const consentRecord = (sha256: string): string => `${consentField}=${sha256}`

/** What a file at `wellKnownPath` says. */
export type Published =
  | { readonly kind: 'hashes'; readonly hashes: readonly string[] }
  /** It holds the code itself, which anybody can copy into a scenario: no proof. */
  | { readonly kind: 'plainCode' }
  | { readonly kind: 'unreadable' }

const isHash = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/i.test(value)

export function readPublished(text: string): Published {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { kind: 'unreadable' }
  }
  if (typeof value !== 'object' || value === null) return { kind: 'unreadable' }
  const fields = new Map<string, unknown>(Object.entries(value))
  const stated = fields.get(consentField)
  const list: readonly unknown[] = Array.isArray(stated) ? stated : [stated]
  if (stated !== undefined && list.every(isHash)) {
    return { kind: 'hashes', hashes: list.map((hash) => hash.toLowerCase()) }
  }
  const isPlain = fields.has('authorisation') || fields.has('authorisations')
  return { kind: stated === undefined && isPlain ? 'plainCode' : 'unreadable' }
}

/** The hash of a TXT record, or `null` for a record of another kind. */
export function readConsentRecord(text: string): string | null {
  const [field, hash = '', ...rest] = text.trim().split('=')
  return field === consentField && rest.length === 0 && isHash(hash) ? hash.toLowerCase() : null
}
