import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Clock } from '../../core/clock.ts'
import { secToMs } from '../../core/units.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { answerMalformed, headersTimeoutMs, requestTimeoutMs, readBody, sendJson } from '../http.ts'
import { NotNow, parseOrder, type Controls } from './events.ts'
import { metricsText, metricsType } from './metrics.ts'
import type { Observer } from './observer.ts'

export interface AdminOptions {
  readonly token: string
  readonly scenario: Scenario
  readonly clock: Clock
  readonly controls: Pick<Controls, 'open' | 'perform' | 'trial'>
  readonly observer: Pick<Observer, 'snapshot' | 'state' | 'findings' | 'undo'>
}

interface Answer {
  readonly code: number
  readonly body: unknown
}

const largestBodyBytes = 64 * 1024
const personForm = /^[A-Za-z0-9._-]{1,64}$/
/** An opening further away than a day is a mistake. */
const maxSec = 86_400

const notFound: Answer = {
  code: 404,
  body: { status: 'notFound', message: 'there is nothing here' },
}
const bad = (message: string, faults?: unknown): Answer => ({
  code: 400,
  body: { status: 'badRequest', message, ...(faults === undefined ? {} : { faults }) },
})

/**
 * The operators' server. Everything is under `/<token>/`; whoever does not know the token is told
 * that there is nothing. It must listen on loopback alone.
 *
 * - `GET state`, `GET findings`, `GET metrics`
 * - `POST events` an event of the timeline, without `at`
 * - `POST open` `{ inSec }` or `{ atEpochMs }`
 * - `POST trial` `{ keys }` calls the next of these visitors, before the opening as well
 * - `DELETE bookings/<person>` takes a booking back
 */
export function createAdminServer(options: AdminOptions): Server {
  const server = createServer({
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
  })
  server.on('clientError', answerMalformed)
  server.on('request', (request, response) => {
    void answer(request, options).then(
      ({ code, body }) => {
        if (typeof body !== 'string') return sendJson(response, code, { body })
        response.writeHead(code, { 'content-type': metricsType })
        response.end(body)
      },
      () => {
        const body = { status: 'unavailable', message: 'a part of the stack does not answer' }
        sendJson(response, 503, { body })
      },
    )
  })
  return server
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

async function answer(request: IncomingMessage, options: AdminOptions): Promise<Answer> {
  const [path = '/'] = (request.url ?? '/').split('?')
  const [, token = '', ...rest] = path.split('/')
  if (!timingSafeEqual(digest(token), digest(options.token))) return notFound
  const [what = '', item, ...more] = rest
  const route = `${request.method} ${what}`
  if (route === 'DELETE bookings' && item !== undefined && more.length === 0) {
    return undo(item, options)
  }
  if (item !== undefined) return notFound
  const { observer } = options
  switch (route) {
    case 'GET state':
      return { code: 200, body: await observer.state() }
    case 'GET findings':
      return { code: 200, body: await observer.findings() }
    case 'GET metrics':
      return { code: 200, body: metricsText(await observer.snapshot()) }
    case 'POST events':
      return withBody(request, (body) => perform(body, options))
    case 'POST open':
      return withBody(request, (body) => open(body, options))
    case 'POST trial':
      return withBody(request, (body) => trial(body, options))
    default:
      return notFound
  }
}

async function undo(item: string, { observer }: AdminOptions): Promise<Answer> {
  if (!personForm.test(item))
    return bad('a person is 1 to 64 letters, digits, dots, dashes or underscores')
  const undone = await observer.undo(item)
  if (undone) return { code: 200, body: { status: 'ok', message: 'the booking is taken back' } }
  return { code: 404, body: { status: 'noBooking', message: 'this person has no booking' } }
}

async function perform(body: unknown, { controls, scenario }: AdminOptions): Promise<Answer> {
  const order = parseOrder(body, scenario)
  if (Array.isArray(order)) return bad('this is no event of a timeline', order)
  try {
    const detail = await controls.perform(order)
    return { code: 200, body: { performed: true, kind: order.kind, detail } }
  } catch (error) {
    if (!(error instanceof NotNow)) throw error
    return { code: 503, body: { performed: false, kind: order.kind, message: error.message } }
  }
}

function open(body: unknown, { clock, controls }: AdminOptions): Answer {
  const given = typeof body === 'object' && body !== null ? { ...body } : {}
  const { inSec, atEpochMs, ...more } = given as Readonly<Record<string, unknown>>
  const nowMs = clock.epochMs()
  const wantedMs = inSec === undefined ? atEpochMs : secToMs(Number(inSec)) + nowMs
  const isOne =
    (inSec === undefined) !== (atEpochMs === undefined) && Object.keys(more).length === 0
  const isNumber = typeof (inSec ?? atEpochMs) === 'number'
  if (!isOne || !isNumber || typeof wantedMs !== 'number' || !Number.isFinite(wantedMs)) {
    return bad('must be {"inSec": <seconds>} or {"atEpochMs": <time>}')
  }
  if (wantedMs - nowMs > secToMs(maxSec)) return bad('the opening must be within a day')
  const opensAtEpochMs = Math.round(Math.max(wantedMs, 0))
  controls.open(opensAtEpochMs)
  return { code: 200, body: { opensAtEpochMs } }
}

/** A trial is of few visitors: no way round the line for a crowd. */
const maxTrialKeys = 8
const keyForm = /^[\w-]{1,128}$/

function trial(body: unknown, { controls }: AdminOptions): Answer {
  const given: unknown = typeof body === 'object' && body !== null ? Object.entries(body) : []
  const [[name, keys] = [], ...more] = given as [string, unknown][]
  const isList = name === 'keys' && more.length === 0 && Array.isArray(keys)
  const list: unknown[] = isList ? keys : []
  const isRight = (key: unknown): key is string => typeof key === 'string' && keyForm.test(key)
  if (list.length === 0 || list.length > maxTrialKeys || !list.every(isRight)) {
    return bad(`must be {"keys": [<1 to ${maxTrialKeys} keys of waiting visitors>]}`)
  }
  controls.trial(list)
  return { code: 200, body: { status: 'ok', message: 'the next of them is called' } }
}

/** Hands on the request's JSON body; 413 where it is too large, 400 where it is none. */
async function withBody(
  request: IncomingMessage,
  act: (body: unknown) => Answer | Promise<Answer>,
): Promise<Answer> {
  const text = await readBody(request, largestBodyBytes)
  if (text === null) {
    return { code: 413, body: { status: 'tooLarge', message: 'the body is over 64 kB' } }
  }
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return bad('the body must be JSON')
  }
  return act(body)
}
