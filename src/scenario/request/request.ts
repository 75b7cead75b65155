import type { Path } from '../path.ts'
import { isMapping } from '../plain.ts'
import type { RequestInput } from './request-schema.ts'
import type { Step } from '../schema/schema.ts'
import { templateOf, type Template } from './template.ts'

/** What a step of the journey sends over HTTP. */
export interface StepRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Text in `${…}` stands for a field of the person's data. */
  readonly body: unknown
}

/**
 * What the pages of the reference stack take of a person. No place and date: like the simulator's,
 * such visitors take whatever is left.
 */
const personBody = { person: '${person}', birthYear: '${birthYear}' }

/** The request of a step; where the scenario states none, that of the reference stack's own page. */
export function requestOf(step: Pick<Step, 'step' | 'request'>): StepRequest {
  const { request } = step
  if (request === undefined) {
    const path = `/booking/${encodeURIComponent(step.step)}`
    return { method: 'POST', path, headers: {}, body: personBody }
  }
  const { method, path, headers = {}, body } = request
  return { method: method.toUpperCase(), path, headers, body }
}

/** As what a body is sent: `json` and `form` escape what is filled in, `text` leaves it as it is. */
export type ContentKind = 'json' | 'form' | 'text'

/** By the Content-Type header that a request states; without one a text is text, all else JSON. */
export function contentKindOf({
  headers = {},
  body,
}: {
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: unknown
}): ContentKind {
  const stated = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')
  const type = stated?.[1].toLowerCase() ?? ''
  if (/[/+]json\b/.test(type)) return 'json'
  if (type.includes('x-www-form-urlencoded')) return 'form'
  return typeof body === 'string' ? 'text' : 'json'
}

/** The template of a path; what stands between the places is percent-encoded where it must be. */
export function pathTemplateOf(path: string): Template {
  const { texts, names } = templateOf(path)
  const encoded = texts.map((text) =>
    text.toWellFormed().replaceAll(/[^!#-;=?-[\]_a-z~]/gu, encodeURIComponent),
  )
  return { texts: encoded, names }
}

/** Every text of a request that may be filled in, with where it stands. */
export function templatesOf(
  request: Pick<RequestInput, 'path' | 'headers' | 'body'>,
): { path: Path; text: string }[] {
  const { path, headers = {}, body } = request
  return [
    { path: ['path'], text: path },
    ...Object.entries(headers).map(([name, text]) => ({ path: ['headers', name], text })),
    ...textsIn(body, ['body']),
  ]
}

function textsIn(value: unknown, path: Path): { path: Path; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }]
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, i) => textsIn(item, [...path, i]))
  }
  if (!isMapping(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key]))
}
