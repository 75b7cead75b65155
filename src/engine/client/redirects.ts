import type { Hop } from './step-request.ts'
import type { Target } from './transport.ts'

/** No more redirects are followed in a row. */
export const maxHops = 5
const maxLocationChars = 4096

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/**
 * Where an answer sends its client; `null` where it names no place, or one that is not on the
 * target: another scheme, host or port is never followed. As browsers do, 303 becomes a GET, and
 * 301 and 302 make a GET of a POST.
 */
export function hopOf(
  { status, head }: { readonly status: number; readonly head: string },
  from: Hop,
  { protocol, host }: Pick<Target, 'protocol' | 'host'>,
): Hop | null {
  const location = headerValue(head, 'location')
  if (location === null || location.length > maxLocationChars) return null
  // What is beyond ASCII stands for itself, byte by byte.
  const ascii = location.replaceAll(
    /[\u0080-\u00ff]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const base = `${protocol}//${host}${from.path}`
  if (!URL.canParse(ascii, base)) return null
  const { origin, pathname, search } = new URL(ascii, base)
  if (origin !== new URL(base).origin) return null
  const becomesGet =
    (status === 303 && from.method !== 'HEAD') || (status <= 302 && from.method === 'POST')
  return { method: becomesGet ? 'GET' : from.method, path: pathname + search }
}

/** The value of the first header of that name (lower case), or `null`. */
export function headerValue(head: string, name: string): string | null {
  const { length } = name
  for (let at = 0; at < head.length;) {
    const end = head.indexOf('\r\n', at)
    const stop = end < 0 ? head.length : end
    const isIt = head.charAt(at + length) === ':'
    if (isIt && head.slice(at, at + length).toLowerCase() === name) {
      return head.slice(at + length + 1, stop).trim()
    }
    at = stop + 2
  }
  return null
}
