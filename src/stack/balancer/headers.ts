import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** Headers that speak of one connection and are not passed on (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // Answered by this server itself, which has then read on.
  'expect',
])

/** Names that a Connection header adds to them. */
function namedIn(connection: string | string[] | undefined): readonly string[] {
  if (connection === undefined) return []
  return String(connection)
    .split(',')
    .map((name) => name.trim().toLowerCase())
}

/** What goes on to an instance, as a flat list of names and values, with the client's address. */
export function requestHeaders(request: IncomingMessage): string[] {
  const { rawHeaders, headers, socket } = request
  const named = namedIn(headers.connection)
  const passed: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = [rawHeaders[i], rawHeaders[i + 1]]
    const key = name.toLowerCase()
    if (key === 'x-forwarded-for' || hopByHop.has(key) || named.includes(key)) continue
    passed.push(key, value)
  }
  const before = headers['x-forwarded-for']
  const address = socket.remoteAddress ?? 'unknown'
  passed.push('x-forwarded-for', before === undefined ? address : `${String(before)}, ${address}`)
  return passed
}

/** What goes back to the client. */
export function responseHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = namedIn(headers.connection)
  const passed: IncomingHttpHeaders = {}
  for (const [key, value] of Object.entries(headers)) {
    if (!hopByHop.has(key) && !named.includes(key)) passed[key] = value
  }
  return passed
}
