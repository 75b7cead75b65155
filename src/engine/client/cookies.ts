import { secToMs } from '../../core/units.ts'
import { cookieDateMs } from './cookie-date.ts'
import type { Target } from './transport.ts'

/**
 * What a visitor keeps of cookies, and sends (RFC 6265). All of its requests go to one host, so
 * that a jar is one text: cookies in the order in which they were made, `name=value` each, joined
 * by `; `; behind a value, where they are not the usual ones, its path, domain and end, each after
 * a line feed. A jar without them is the Cookie header as it is sent.
 */

/** As browsers have it (Chrome: 180 cookies of a site). */
export const maxCookies = 180
/** Of name and value together, as browsers have it. */
const maxCookieChars = 4096
/** What an attribute may hold. */
const maxAttributeChars = 1024

/** What cookies are judged by. */
export interface CookieSite {
  readonly target: Pick<Target, 'protocol' | 'host' | 'isLoopback'>
  /** Milliseconds since the epoch, for what expires. */
  readonly epochMs: () => number
}

/** An answer that sets cookies. */
export interface SettingAnswer {
  /** Its header. */
  readonly head: string
  /** Path and query of its request. */
  readonly path: string
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
  /** '' for a cookie of this host: stated or not. */
  readonly domain: string
  /** ms since the epoch; Infinity: as long as the visitor stays. */
  readonly expiresMs: number
}

export interface FoldedCookies {
  readonly cookies: string
  /** Cookies that were dropped because one of the limits was reached. */
  readonly dropped: number
}

/**
 * Folds the Set-Cookie lines of an answer into a visitor's jar. Cookies for another host, and secure
 * ones on plain HTTP (loopback apart), are ignored. A cookie over 4 kB is dropped; beyond 180
 * cookies, or `maxChars` of them together, the oldest is.
 */
export function foldCookies(
  cookies: string,
  { head, path }: SettingAnswer,
  { site, maxChars }: { readonly site: CookieSite; readonly maxChars: number },
): FoldedCookies {
  if (!setsCookies(head)) return { cookies, dropped: 0 }
  const nowMs = site.epochMs()
  const jar = new Map(
    cookiesIn(cookies)
      .filter(({ expiresMs }) => expiresMs > nowMs)
      .map((cookie) => [keyOf(cookie), cookie]),
  )
  let dropped = 0
  for (const line of setCookieLines(head)) {
    const cookie = readSetCookie(line, path, site)
    if (cookie === null) continue
    const isTooLong = cookie.name.length + cookie.value.length > maxCookieChars
    if (isTooLong) dropped++
    else if (cookie.expiresMs <= nowMs) jar.delete(keyOf(cookie))
    // One that replaces another takes its place in the order (5.3, step 11.3).
    else jar.set(keyOf(cookie), cookie)
  }
  let text = textOf(jar.values())
  while (jar.size > maxCookies || text.length > maxChars) {
    const [oldest = ''] = jar.keys()
    jar.delete(oldest)
    dropped++
    text = textOf(jar.values())
  }
  return { cookies: text, dropped }
}

export const setsCookies = (head: string): boolean => /^set-cookie:/im.test(head)

/** The Cookie header of a request: those for its path, the longest path first (5.4). */
export function cookieHeader(cookies: string, path: string, epochMs: () => number): string {
  if (!cookies.includes('\n')) return cookies
  const nowMs = epochMs()
  const place = pathOnly(path)
  return cookiesIn(cookies)
    .filter((cookie) => cookie.expiresMs > nowMs && isPathWithin(place, cookie.path))
    .toSorted((a, b) => b.path.length - a.path.length)
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
}

/** The value of a cookie: as this answer sets it, else as it is kept; `null` where there is none. */
export function cookieValue(
  name: string,
  cookies: string,
  { head, path, site }: SettingAnswer & { readonly site: CookieSite },
): string | null {
  const nowMs = site.epochMs()
  const set = setCookieLines(head).flatMap((line) => readSetCookie(line, path, site) ?? [])
  const all = [...cookiesIn(cookies), ...set]
  const found = all.filter((cookie) => cookie.name === name && cookie.expiresMs > nowMs)
  return found.at(-1)?.value ?? null
}

function setCookieLines(head: string): string[] {
  return [...head.matchAll(/^set-cookie:([^\r\n]*)/gim)].map((match) => match[1] ?? '')
}

/** 5.3, step 11 */
const keyOf = ({ name, path, domain }: Cookie): string => `${name}\n${path}\n${domain}`

function cookiesIn(text: string): Cookie[] {
  if (text === '') return []
  return text.split('; ').map((one) => {
    const [pair = '', path = '', domain = '', end = ''] = one.split('\n')
    const equals = pair.indexOf('=')
    return {
      name: pair.slice(0, equals),
      value: pair.slice(equals + 1),
      path: path === '' ? '/' : path,
      domain,
      expiresMs: end === '' ? Infinity : Number.parseInt(end, 36),
    }
  })
}

function textOf(cookies: Iterable<Cookie>): string {
  return [...cookies]
    .map(({ name, value, path, domain, expiresMs }) => {
      const end = expiresMs === Infinity ? '' : expiresMs.toString(36)
      return `${name}=${value}\n${path === '/' ? '' : path}\n${domain}\n${end}`.replace(/\n+$/, '')
    })
    .join('; ')
}

/** What one Set-Cookie line sets; `null` where it sets nothing here. */
function readSetCookie(line: string, requestPath: string, site: CookieSite): Cookie | null {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) return null
  const [pair = '', ...attributes] = line.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, Math.max(0, equals)).trim()
  if (name === '') return null
  const stated = attributesOf(attributes)
  const { target } = site
  const isSecure = stated.has('secure')
  if (isSecure && target.protocol !== 'https:' && !target.isLoopback) return null
  const domain = domainOf(stated.get('domain') ?? '', target.host)
  if (domain === null) return null
  const given = stated.get('path') ?? ''
  const path = given.startsWith('/') ? given : defaultPath(requestPath)
  if (!keepsPromise(name, { isSecure, isHostWide: path === '/' && !stated.get('domain') })) {
    return null
  }
  return {
    name,
    value: pair.slice(equals + 1).trim(),
    path,
    domain,
    expiresMs: expiryOf(stated, site.epochMs),
  }
}

/** Attributes that are ignored where they cannot be read. */
const readable: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['domain', (value) => value !== ''],
  ['max-age', (value) => /^-?\d+$/.test(value)],
  ['expires', (value) => cookieDateMs(value) !== null],
])

/** By name in lower case; of several the last counts. */
function attributesOf(texts: readonly string[]): Map<string, string> {
  const stated = new Map<string, string>()
  for (const text of texts) {
    const equals = text.indexOf('=')
    const name = equals < 0 ? text : text.slice(0, equals)
    const value = equals < 0 ? '' : text.slice(equals + 1).trim()
    const key = name.trim().toLowerCase()
    const isRead = value.length <= maxAttributeChars && (readable.get(key)?.(value) ?? true)
    if (isRead) stated.set(key, value)
  }
  return stated
}

/** What the name of a cookie promises (RFC 6265bis, 4.1.3). */
function keepsPromise(
  name: string,
  { isSecure, isHostWide }: { readonly isSecure: boolean; readonly isHostWide: boolean },
): boolean {
  if (/^__host-/i.test(name)) return isSecure && isHostWide
  return isSecure || !/^__secure-/i.test(name)
}

/** The domain to keep; `null` where it is not the target's. */
function domainOf(given: string, host: string): string | null {
  const domain = given.replace(/^\./, '').toLowerCase()
  const name = host.replace(/:\d+$/, '').toLowerCase()
  if (domain === '' || name === domain) return ''
  const isAddress = /^[\d.]+$|^\[/.test(name)
  // Browsers take none for a whole top-level domain.
  const isShared = domain.includes('.')
  return isShared && !isAddress && name.endsWith(`.${domain}`) ? domain : null
}

/** Max-Age goes before Expires (5.3, step 3). */
function expiryOf(stated: ReadonlyMap<string, string>, epochMs: () => number): number {
  const age = stated.get('max-age') ?? ''
  if (age !== '') return Number(age) <= 0 ? -Infinity : epochMs() + secToMs(Number(age))
  return cookieDateMs(stated.get('expires') ?? '') ?? Infinity
}

const pathOnly = (path: string): string => path.split('?', 1)[0] ?? ''

/** 5.1.4 */
function defaultPath(requestPath: string): string {
  const path = pathOnly(requestPath)
  const last = path.lastIndexOf('/')
  return last <= 0 ? '/' : path.slice(0, last)
}

/** 5.1.4 */
function isPathWithin(place: string, path: string): boolean {
  if (!place.startsWith(path)) return false
  return place.length === path.length || path.endsWith('/') || place.charAt(path.length) === '/'
}
