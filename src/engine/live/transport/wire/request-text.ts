import type { Outgoing } from '../../../client/transport.ts'

const MOST_REMEMBERED = 8

/** Methods whose meaning is in a body: an empty one is announced too (RFC 9110 §8.6). */
const withBody = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Requests as they go over the wire, one Latin-1 string each. Most requests of a run are a few
 * that are sent again and again, as the same object: their text is remembered.
 */
export class RequestTexts {
  private readonly hostLine: string
  private readonly outgoings: (Outgoing | null)[] = Array.from(
    { length: MOST_REMEMBERED },
    () => null,
  )
  private readonly texts: string[] = Array.from({ length: MOST_REMEMBERED }, () => '')
  private next = 0

  constructor(host: string) {
    this.hostLine = ` HTTP/1.1\r\nHost: ${host}\r\n`
  }

  of(outgoing: Outgoing): string {
    const { outgoings } = this
    for (let i = 0; i < MOST_REMEMBERED; i++) {
      if (outgoings[i] === outgoing) return this.texts[i]!
    }
    const text = this.compose(outgoing)
    outgoings[this.next] = outgoing
    this.texts[this.next] = text
    this.next = (this.next + 1) % MOST_REMEMBERED
    return text
  }

  private compose({ method, path, headers, body }: Outgoing): string {
    const head = `${method} ${path}${this.hostLine}${headers}`
    if (body === '' && !withBody.has(method)) return `${head}\r\n`
    // UTF-8 bytes as Latin-1 characters: then head and body are one string and one write.
    const bytes = Buffer.from(body, 'utf8')
    return `${head}Content-Length: ${bytes.length}\r\n\r\n${bytes.toString('latin1')}`
  }
}
