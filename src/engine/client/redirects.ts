import { headerValue } from './head-fields.ts'
import { linkPath } from './links.ts'
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
  target: Pick<Target, 'protocol' | 'host'>,
): Hop | null {
  const location = headerValue(head, 'location')
  if (location === null || location.length > maxLocationChars) return null
  const path = linkPath(location, { path: from.path, target, isBytes: true })
  if (path === null) return null
  const becomesGet =
    (status === 303 && from.method !== 'HEAD') || (status <= 302 && from.method === 'POST')
  return { method: becomesGet ? 'GET' : from.method, path }
}
