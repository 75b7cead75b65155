import type { Step } from './schema.ts'

/** What a step of the journey sends over HTTP. */
export interface StepRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Text in `${…}` stands for a field of the person's data. */
  readonly body: unknown
}

/** What the pages of the reference stack take of a person. */
const personBody = {
  person: '${person}',
  birthYear: '${birthYear}',
  place: '${place}',
  date: '${date}',
}

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
