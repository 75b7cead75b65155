import type { Target } from './transport.ts'

export const maxCookies = 50
const maxCookieChars = 4096

/** What cookies are judged by. */
export interface CookieSite {
  readonly target: Pick<Target, 'protocol' | 'host' | 'isLoopback'>
  /** Milliseconds since the epoch, for what expires. */
  readonly epochMs: () => number
}

/** One Set-Cookie line. */
interface SetCookie {
  readonly name: string
  readonly value: string
  /** It takes the cookie away. */
  readonly isGone: boolean
}

/**
 * Folds the Set-Cookie lines of an answer into what a visitor keeps, a Cookie header's value. Kept
 * are names and values only: paths are not looked at, since a journey stays on one site and lasts
 * minutes. Cookies for another host, secure ones on plain HTTP (loopback apart) and those over
 * 4 kB are passed over; beyond 50 the oldest goes.
 */
export function foldCookies(cookies: string, head: string, site: CookieSite): string {
  if (!/^set-cookie:/im.test(head)) return cookies
  const jar = new Map(pairsOf(cookies))
  for (const line of setCookieLines(head)) {
    const cookie = readSetCookie(line, site)
    if (cookie === null) continue
    const { name, value, isGone } = cookie
    if (isGone) jar.delete(name)
    else jar.set(name, value)
    if (jar.size <= maxCookies) continue
    const [oldest = ''] = jar.keys()
    jar.delete(oldest)
  }
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}

/** The value of a cookie: as this answer sets it, else as it is kept; `null` where there is none. */
export function cookieValue(name: string, cookies: string, head: string): string | null {
  for (const line of setCookieLines(head).reverse()) {
    const pair = pairOf(line.split(';', 1)[0] ?? '')
    if (pair?.[0] === name) return pair[1]
  }
  return pairsOf(cookies).find(([given]) => given === name)?.[1] ?? null
}

function setCookieLines(head: string): string[] {
  return [...head.matchAll(/^set-cookie:([^\r\n]*)/gim)].map((match) => match[1] ?? '')
}

function pairsOf(cookies: string): [string, string][] {
  return cookies.split('; ').flatMap((text) => {
    const pair = pairOf(text)
    return pair === null ? [] : [pair]
  })
}

function pairOf(text: string): [string, string] | null {
  const equals = text.indexOf('=')
  const name = text.slice(0, Math.max(0, equals)).trim()
  const value = text.slice(equals + 1).trim()
  if (name === '' || name.length + value.length > maxCookieChars) return null
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f]/.test(text) ? null : [name, value]
}

function readSetCookie(line: string, { target, epochMs }: CookieSite): SetCookie | null {
  const [first = '', ...attributes] = line.split(';')
  const pair = pairOf(first)
  if (pair === null) return null
  let maxAgeSec: number | null = null
  let expiresMs: number | null = null
  for (const attribute of attributes) {
    const [name = '', ...rest] = attribute.split('=')
    const value = rest.join('=').trim()
    switch (name.trim().toLowerCase()) {
      case 'domain':
        if (!isWithin(target.host, value)) return null
        break
      case 'secure':
        if (target.protocol !== 'https:' && !target.isLoopback) return null
        break
      case 'max-age':
        if (/^-?\d+$/.test(value)) maxAgeSec = Number(value)
        break
      case 'expires': {
        const ms = Date.parse(value)
        if (!Number.isNaN(ms)) expiresMs = ms
        break
      }
    }
  }
  const [name, value] = pair
  // Max-Age goes before Expires (RFC 6265, 5.3).
  const isPast = expiresMs !== null && expiresMs <= epochMs()
  return { name, value, isGone: maxAgeSec === null ? isPast : maxAgeSec <= 0 }
}

/** Whether the target is of the domain that a cookie names. */
function isWithin(host: string, given: string): boolean {
  const domain = given.replace(/^\./, '').toLowerCase()
  const name = host.replace(/:\d+$/, '').toLowerCase()
  if (domain === '' || name === domain) return true
  const isAddress = /^[\d.]+$|^\[/.test(name)
  return !isAddress && name.endsWith(`.${domain}`)
}
