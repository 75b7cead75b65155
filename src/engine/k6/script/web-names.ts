/**
 * Names of the web that k6's JavaScript does not have, as far as the engine's modules need them:
 * `URL` to resolve where a redirect leads, `toWellFormed` for text that is encoded. Set only where
 * they are missing.
 */

/** RFC 3986, 5.2, for http and https. */
export class SmallUrl {
  readonly origin: string
  readonly pathname: string
  readonly search: string

  static canParse(text: string, base?: string): boolean {
    try {
      return new SmallUrl(text, base).origin !== ''
    } catch {
      return false
    }
  }

  constructor(text: string, base?: string) {
    const given = partsOf(text.trim().replaceAll('\\', '/'))
    const from = base === undefined ? null : partsOf(base)
    const scheme = given.scheme ?? from?.scheme
    if (scheme === undefined || !/^https?:$/i.test(scheme)) throw new TypeError('Invalid URL')
    const isWhole = given.scheme !== undefined
    const authority = given.authority ?? (isWhole ? undefined : from?.authority)
    if (authority === undefined || !/^[\w.~%[\]:-]+$/.test(authority)) {
      throw new TypeError('Invalid URL')
    }
    const standard = scheme.toLowerCase() === 'https:' ? ':443' : ':80'
    const host = authority.toLowerCase()
    const plain = host.endsWith(standard) ? host.slice(0, -standard.length) : host
    this.origin = `${scheme.toLowerCase()}//${plain}`
    const isRelative = given.authority === undefined && !given.path.startsWith('/')
    const folder = (from?.path ?? '/').replace(/[^/]*$/, '')
    const path = given.path === '' && isRelative ? (from?.path ?? '/') : given.path
    this.pathname = encoded(withoutDots(isRelative && given.path !== '' ? folder + path : path))
    const keepsQuery = isRelative && given.path === '' && given.query === ''
    const query = keepsQuery ? (from?.query ?? '') : given.query
    this.search = query === '?' ? '' : encoded(query)
  }
}

function partsOf(text: string) {
  const [, scheme, authority, path = '', query = ''] =
    /^([a-z][a-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?/i.exec(text) ?? []
  return { scheme, authority, path, query }
}

function withoutDots(path: string): string {
  const kept: string[] = []
  const pieces = path.split('/')
  pieces.forEach((piece, i) => {
    const plain = piece.replaceAll(/%2e/gi, '.')
    const isDots = plain === '.' || plain === '..'
    if (plain === '..' && kept.length > 1) kept.pop()
    if (!isDots) kept.push(piece)
    else if (i === pieces.length - 1) kept.push('')
  })
  const joined = kept.join('/')
  return joined.startsWith('/') ? joined : `/${joined}`
}

const encoded = (text: string): string =>
  text.replaceAll(/[^!#-;=?-[\]_a-z~]/gu, (char) => encodeURIComponent(char))

/** Half of a surrogate pair stands for nothing. */
export function wellFormed(text: string): string {
  let result = ''
  // By code points: whole pairs are one, halves stand alone.
  for (const char of text) result += /^[\ud800-\udfff]$/.test(char) ? '\ufffd' : char
  return result
}

export function addWebNames(): void {
  if (!('URL' in globalThis)) Object.assign(globalThis, { URL: SmallUrl })
  if ('toWellFormed' in String.prototype) return
  Object.defineProperty(String.prototype, 'toWellFormed', {
    value(this: string) {
      return wellFormed(String(this))
    },
  })
}
