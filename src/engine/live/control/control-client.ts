import { z } from 'zod'
import { findingNames, type FindingName } from '../../../core/codes.ts'
import { DambreakError } from '../../../core/errors.ts'
import type { TimelineEvent } from '../../../scenario/schema/schema.ts'
import type { FetchText, TextRequest } from './fetch-text.ts'
import { resolveTarget, type Lookup } from '../transport/target.ts'
import type { Target } from '../../client/transport.ts'
import type { EventDetail } from '../../../record/event-detail.ts'

/** What the stack says, or the message of the error. */
export type Told<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string }

/** What came of an order. */
export interface Performance {
  readonly performed: boolean
  readonly detail: EventDetail
}

const count = z.number().int().min(0)

const findingsSchema = z.object({
  findings: z.object(
    Object.fromEntries(findingNames.map((name) => [name, count.nullable()])) as Record<
      FindingName,
      z.ZodNullable<typeof count>
    >,
  ),
  booked: count.nullable(),
  /** Slots given out beyond those on offer. */
  oversold: count.nullable(),
})
export type ControlFindings = z.output<typeof findingsSchema>

const stateSchema = z.object({
  scenario: z.string(),
  nowEpochMs: z.number(),
  opensAtEpochMs: z.number(),
  halted: z.boolean(),
  failOpen: z.boolean(),
  fault: z.string().nullable(),
  instanceTarget: count,
  instances: z.array(z.object({ index: count })),
  gate: z.object({ waiting: count, inside: count, issued: count, admitted: count }).nullable(),
  ledger: z.object({ connected: z.boolean(), booked: count }).nullable(),
})
export type ControlState = z.output<typeof stateSchema>

const performedSchema = z.object({ performed: z.literal(true), detail: z.string() })
const openedSchema = z.object({ opensAtEpochMs: z.number() })
const undoneSchema = z.object({ status: z.literal('ok') })
/** Why the stack will not: a message, and the faults of what it was sent. */
const refusedSchema = z.object({
  status: z.string().optional(),
  message: z.string(),
  faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

const maxBytes = 1024 * 1024
const timeoutMs = 15_000
/** An audit counts over whole tables. */
const auditMs = 65_000
const maxDetail = 300

type Asked = Omit<TextRequest, 'maxBytes' | 'timeoutMs'> & { readonly timeoutMs?: number }

/**
 * The operators' side of a reference stack. It never throws for what the network or the stack does.
 * Whoever knows the URL's token is an operator, so no message holds it.
 */
export class ControlClient {
  private readonly target: Target
  private readonly fetchText: FetchText

  /** `target`: as `controlClientFor` makes it, the token in its `basePath`. */
  constructor(target: Target, fetchText: FetchText) {
    this.target = target
    this.fetchText = fetchText
  }

  /** Turns begin so many wall seconds from now. Gives when that is. */
  async open(inSec: number): Promise<Told<{ opensAtEpochMs: number }>> {
    const body = JSON.stringify({ inSec })
    return this.ask({ method: 'POST', path: '/open', body }, openedSchema)
  }

  /** Calls the next of the visitors with these keys, before the opening as well. */
  async trial(keys: readonly string[]): Promise<Told<unknown>> {
    const body = JSON.stringify({ keys })
    return this.ask({ method: 'POST', path: '/trial', body }, undoneSchema)
  }

  /**
   * Performs an event of the timeline now. `forSec`: wall seconds after which a fault of eligibility
   * ends by itself; `null` for every other event.
   */
  async perform(event: TimelineEvent, forSec: number | null): Promise<Performance> {
    const order: Record<string, unknown> = { ...event }
    delete order['at']
    delete order['until']
    if (forSec !== null) order['forSec'] = forSec
    const body = JSON.stringify(order)
    const told = await this.ask({ method: 'POST', path: '/events', body }, performedSchema)
    if (!told.ok) return { performed: false, detail: { code: 'ControlFailed', error: told.detail } }
    const text = told.value.detail.slice(0, maxDetail)
    return { performed: true, detail: { code: 'ControlAnswered', text } }
  }

  /** What the stack itself saw go wrong; `null` where the part that knows is not there. */
  findings(): Promise<Told<ControlFindings>> {
    return this.ask({ method: 'GET', path: '/findings', timeoutMs: auditMs }, findingsSchema)
  }

  state(): Promise<Told<ControlState>> {
    return this.ask({ method: 'GET', path: '/state' }, stateSchema)
  }

  /** Takes a person's booking back; false where there was none. */
  async undo(person: string): Promise<Told<boolean>> {
    const path = `/bookings/${encodeURIComponent(person)}`
    const answer = await this.fetch({ method: 'DELETE', path })
    if (!answer.ok) return answer
    if (answer.value.status === 404) {
      const refused = refusedSchema.safeParse(answer.value.body)
      if (refused.success && refused.data.status === 'noBooking') return { ok: true, value: false }
    }
    const told = this.read(answer.value, undoneSchema)
    return told.ok ? { ok: true, value: true } : told
  }

  private async ask<T>(asked: Asked, schema: z.ZodType<T>): Promise<Told<T>> {
    const answer = await this.fetch(asked)
    return answer.ok ? this.read(answer.value, schema) : answer
  }

  private async fetch(asked: Asked): Promise<Told<{ status: number; body: unknown }>> {
    const path = this.target.basePath + asked.path
    const answer = await this.fetchText(this.target, { maxBytes, timeoutMs, ...asked, path })
    if (!answer.ok) return this.failure(new Error(answer.detail))
    try {
      return {
        ok: true,
        value: { status: answer.status, body: JSON.parse(answer.text) as unknown },
      }
    } catch {
      const { status } = answer
      return this.failure(new Error(`status ${status}, no JSON: is it a stack's control address?`))
    }
  }

  private read<T>(
    { status, body }: { status: number; body: unknown },
    schema: z.ZodType<T>,
  ): Told<T> {
    if (status === 200) {
      const parsed = schema.safeParse(body)
      if (parsed.success) return { ok: true, value: parsed.data }
      return this.failure(new Error('the answer is not one of a stack of this version'))
    }
    const refused = refusedSchema.safeParse(body)
    if (!refused.success) return this.failure(new Error(`status ${status}`))
    const { message, faults = [] } = refused.data
    const reasons = faults.map((fault) => `${fault.path} ${fault.message}`.trim())
    return this.failure(new Error([message, ...reasons].join('; ')))
  }

  /** What a stack says may repeat what it was asked, the token in it. */
  private failure({ message }: Error): { ok: false; detail: string } {
    const token = this.target.basePath.slice(1)
    return { ok: false, detail: message.replaceAll(token, '…').slice(0, maxDetail) }
  }
}

/**
 * A client for `http://127.0.0.1:<port>/<token>`.
 * @throws DambreakError 'usage' where that is no such URL, or leads off this machine; 'engine' where
 * its name does not resolve. Neither repeats the URL.
 */
export async function controlClientFor(
  url: string,
  { lookup, fetchText }: { lookup: Lookup; fetchText: FetchText },
): Promise<ControlClient> {
  const what = 'the control address'
  const target = await resolveTarget(url, { lookup, what })
  if (!target.isLoopback) {
    throw new DambreakError('usage', `${what} must be on this machine (loopback)`)
  }
  if (!/^\/[\w.~-]+$/.test(target.basePath)) {
    throw new DambreakError(
      'usage',
      `${what} must be http://127.0.0.1:<port>/<token>, as the stack prints it`,
    )
  }
  return new ControlClient(target, fetchText)
}
