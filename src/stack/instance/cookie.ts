/** Name of the cookie in which a client of the protocol keeps the gate's last word, in lower case. */
const cookieName = 'netfunnel_id'
/** No key is longer; what is, is not looked at. */
const maxChars = 1024

/**
 * The key of a client that was let in, from a Cookie header: `NetFunnel_ID=<type>:200:key=<key>&…`,
 * its name in any case, its value percent-encoded or not. `null` where there is none.
 */
export function keyOfCookie(header: string | undefined): string | null {
  for (const pair of header?.split(';') ?? []) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).trim().toLowerCase() !== cookieName) continue
    const value = decoded(pair.slice(equals + 1).trim())
    const fields = /^"?\d+:200:(.*?)"?$/.exec(value.slice(0, maxChars))?.[1]
    const field = fields?.split('&').find((one) => one.startsWith('key='))
    if (field !== undefined && field.length > 'key='.length) return field.slice('key='.length)
  }
  return null
}

function decoded(value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
