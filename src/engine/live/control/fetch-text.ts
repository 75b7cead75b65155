import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { deadline, type After } from '../../../core/clock.ts'
import { msToSec } from '../../../core/units.ts'
import type { Permits, Target } from '../../client/transport.ts'

/** One small question beside the load: consent, orders to a stack, its metrics. */
export interface TextRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Origin form; the target's `basePath` is not put before it. */
  readonly path: string
  /** JSON; '' for none. */
  readonly body?: string
  /** A longer answer is a failure. */
  readonly maxBytes: number
  /** From here to the last byte of the answer. */
  readonly timeoutMs: number
}

/** Any status is an answer, redirects too; `detail`: the message of the error where there is none. */
export type TextAnswer =
  | { readonly ok: true; readonly status: number; readonly text: string }
  | { readonly ok: false; readonly detail: string }

/** Never rejects. */
export type FetchText = (target: Target, request: TextRequest) => Promise<TextAnswer>

/**
 * Asks at the target's pinned address, on a connection of its own, and follows no redirect. Words
 * about a failure never hold the path, which may be secret.
 */
export const fetchText: FetchText = (target, { method, path, body = '', maxBytes, timeoutMs }) =>
  new Promise((resolve) => {
    const signal = deadline(timeoutMs)
    const fail = (error: NodeJS.ErrnoException) => {
      const { message } = signal.aborted ? lateError(timeoutMs) : failureError(error)
      resolve({ ok: false, detail: message })
    }
    const options = {
      host: target.address,
      port: target.port,
      method,
      path,
      headers: {
        host: target.host,
        accept: 'application/json, text/plain',
        ...(body === '' ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'content-length': Buffer.byteLength(body) } : {}),
      },
      // TLS knows no addresses as names.
      servername: isIP(target.serverName) === 0 ? target.serverName : '',
      // Nobody stands between us and this machine; what runs on it has a certificate of its own make.
      rejectUnauthorized: !target.isLoopback,
      agent: false as const,
      signal,
    }
    const call = target.protocol === 'https:' ? requestHttps : requestHttp
    const request = call(options, (response) => {
      readText(response, maxBytes).then((text) => {
        // Of what is too long the rest is not waited for.
        request.destroy()
        if (text !== null) resolve({ ok: true, status: response.statusCode ?? 0, text })
        else resolve({ ok: false, detail: sizeError(maxBytes).message })
      }, fail)
    })
    request.on('error', fail)
    request.end(body === '' ? undefined : body)
  })

/** How long it waits before it looks again whether a permit is free, ms. */
const permitPauseMs = 25

/** The same for a target that takes few requests a second: each waits for its permit first. */
export function permittedFetch(
  fetch: FetchText,
  { permits, after }: { permits: Permits; after: After },
): FetchText {
  return async (target, request) => {
    while (!permits.reserve()) {
      await new Promise<void>((resolve) => void after(permitPauseMs, resolve))
    }
    // Held to the end: when it is written is not known here.
    return fetch(target, request).finally(() => permits.giveBack())
  }
}

/** `null` where it is too long; rejects where it ends before its end. */
function readText(response: IncomingMessage, maxBytes: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
      else resolve(null)
    })
    response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    response.on('error', reject)
  })
}

const lateError = (timeoutMs: number): Error =>
  new Error(`no answer within ${msToSec(timeoutMs)} s`)

const sizeError = (maxBytes: number): Error => new Error(`the answer is over ${maxBytes / 1024} kB`)

function failureError({ code }: NodeJS.ErrnoException): Error {
  if (code === 'ECONNREFUSED') return new Error('the connection is refused')
  if (code === 'ECONNRESET') return new Error('the connection was cut')
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return new Error('there is no way to that address')
  }
  if (code?.startsWith('HPE_')) return new Error('the answer is no HTTP')
  return new Error(`the request failed (${code ?? 'no reason given'})`)
}
