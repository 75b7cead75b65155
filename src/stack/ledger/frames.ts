import type { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { BookingAnswer, Offer } from '../contract.ts'

/**
 * What goes between an instance and the ledger: one JSON value a line. A lease is known by the
 * number of the request that asked for it; numbers are of one connection.
 */

/** Longest line the ledger takes, and longest it may answer (all offers), in UTF-16 units. */
export const maxRequestChars = 16_384
export const maxReplyChars = 16 * 1024 * 1024

const id = z.int().min(0)
const name = z.string().max(512)
// Whatever else the instance knows of them is dropped.
const person = z.object({
  id: z.string().min(1).max(64),
  birthYear: z.int().min(0).max(9999),
})
const choice = z.object({ place: name, date: name })

const request = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('lease'), id, station: name.nullable() }),
  z.strictObject({ op: z.literal('identify'), id, lease: id, person }),
  z.strictObject({ op: z.literal('book'), id, lease: id, person, choice: choice.nullable() }),
  /** Not answered. */
  z.strictObject({ op: z.literal('release'), lease: id }),
  z.strictObject({ op: z.literal('offers'), id }),
])
export type LedgerRequest = z.output<typeof request>

/** `gone`: the database does not answer. `failed`: it, or we, did something wrong. */
export type LedgerReply =
  | { readonly id: number; readonly value: ReplyValue }
  | { readonly id: number; readonly gone: string }
  | { readonly id: number; readonly failed: string }
export type ReplyValue = BookingAnswer | readonly Offer[] | { readonly busy: number } | null

/** A request as it came, or undefined where it is none. */
export function parseRequest(line: string): LedgerRequest | undefined {
  return request.safeParse(parseJson(line)).data
}

/** The ledger is ours, so its replies are only looked at as far as they are needed. */
export function parseReply(line: string): LedgerReply | undefined {
  const value = parseJson(line)
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined
  return typeof value.id === 'number' ? (value as LedgerReply) : undefined
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/**
 * Calls `take` with each line that comes. A line that is longer than `maxChars`, or that `take`
 * does not know (false), ends the connection.
 */
export function readLines(
  socket: Readable,
  maxChars: number,
  take: (line: string) => boolean,
): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    let from = 0
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      const line = rest + chunk.slice(from, end)
      rest = ''
      from = end + 1
      if (line.length <= maxChars && take(line)) continue
      socket.destroy()
      return
    }
    rest += chunk.slice(from)
    if (rest.length > maxChars) socket.destroy()
  })
}

export function writeLine(socket: Socket, value: LedgerRequest | LedgerReply): void {
  if (socket.writable) socket.write(`${JSON.stringify(value)}\n`)
}
