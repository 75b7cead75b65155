import { z } from 'zod'
import { sizeLimits } from '../schema/limits.ts'
import { positive } from '../schema/quantity.ts'
import { usualAnswerRules } from './answer-rules.ts'

/**
 * What a step sends over HTTP, what it takes from the answer, and what answers mean. Texts may hold
 * `${name}` (`template.ts`); rules across fields are in `rules-request.ts`.
 */

const status = z.int().min(100).max(599)

const request = {
  method: z.string().default('GET'),
  /** Path and query, beginning with `/`; what is filled in is percent-encoded. */
  path: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  /**
   * A mapping or list is sent as JSON (as a form where a header says so), a text as it is; what is
   * filled in is escaped as the content type asks for.
   */
  body: z.unknown().optional(),
  /** Send the cookies that answers have set, and take those that this answer sets. */
  cookies: z.boolean().default(true),
  /** Follow redirects, at most five in a row, within the target's scheme, host and port. */
  redirects: z.boolean().default(true),
}

export const requestSchema = z.strictObject({
  ...request,
  /**
   * Values for later steps, by name: `$.a.b[0]` (JSON), `header:Location`, `cookie:sid`, or
   * `regex:…` with one group. Where one is missing, the answer is malformed.
   */
  extract: z.record(z.string(), z.string()).optional(),
})

/** All that is stated must hold. Texts are looked for in the first 64 kB of the body. */
export const matchSchema = z.strictObject({
  status: z.union([status, z.array(status).min(1)]).optional(),
  /** Contained in the body. */
  text: z.string().min(1).optional(),
  regex: z.string().min(1).optional(),
  json: z
    .strictObject({ path: z.string(), equals: z.union([z.string(), z.number(), z.boolean()]) })
    .optional(),
})

/**
 * What a good answer is, and how pages refuse. Where a step has none, the reference
 * stack's JSON `status` is understood, and any other answer below 400 is good.
 */
export const expectSchema = z.strictObject({
  /** Good statuses; absent: all below 400. */
  status: z.union([status, z.array(status).min(1)]).optional(),
  /** What a good answer must fit as well. */
  body: matchSchema.optional(),
  soldOut: matchSchema.optional(),
  alreadyBooked: matchSchema.optional(),
  ineligible: matchSchema.optional(),
  /** The pages are there, but booking has not begun. */
  notOpen: matchSchema.optional(),
  /** Service is switched off: people come again once it is back. */
  closed: matchSchema.optional(),
})

/**
 * Fields of each person's own, for the templates of all steps: person n has row n, and keeps it.
 * Exactly one of `csv` and `generate`.
 */
export const dataSchema = z.strictObject({
  /** A file in the folder of the scenario or below it, with a row for each person who comes. */
  csv: z.string().min(1).optional(),
  /** Names of the columns, where the first line of the file does not hold them. */
  columns: z.array(z.string().min(1)).min(1).max(sizeLimits.columns).optional(),
  /** Rows in the file. Filled in by loading; where it is stated it must be right. */
  rows: z.int().min(0).optional(),
  /** Of the file, in hex. Filled in by loading; where it is stated it must be right. */
  sha256: z.string().optional(),
  /**
   * Fields by name: text with `${digits(8)}` (digits, no two persons the same), `${sequence(100)}`
   * (100, 101, …) and `${pick(["a", "b"])}` (one of these).
   */
  generate: z.record(z.string(), z.string()).optional(),
})

/** How answers are read. */
export const answersSchema = z.strictObject({
  /** Bytes of a body, its content coding undone, that are kept and judged. */
  maxBodyBytes: z.int().min(1024).max(sizeLimits.bodyBytes).default(usualAnswerRules.maxBodyBytes),
  /** Characters of one extracted value. */
  maxValueChars: z.int().min(1).max(sizeLimits.valueChars).default(usualAnswerRules.maxValueChars),
  /** Characters of all cookies of one visitor. */
  maxCookieChars: z
    .int()
    .min(0)
    .max(sizeLimits.cookieChars)
    .default(usualAnswerRules.maxCookieChars),
  /** Charset of text that states none; absent: UTF-8. */
  charset: z.string().min(1).optional(),
})

/** As `requestSchema`, but nothing comes after it that values could be extracted for. */
export const undoRequestSchema = z.strictObject(request)

/** The request that takes a booking back, and what says that it did. */
export const undoSchema = z.strictObject({
  request: undoRequestSchema,
  expect: expectSchema.optional(),
  timeoutMs: positive().default(10_000),
})

export type RequestInput = z.output<typeof requestSchema>
export type Expect = z.output<typeof expectSchema>
export type Match = z.output<typeof matchSchema>
export type PersonDataSource = z.output<typeof dataSchema>
