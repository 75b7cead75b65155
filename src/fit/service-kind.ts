import { isMapping, type Mapping } from '../scenario/plain.ts'
import { pathText } from '../scenario/path.ts'

/** Kinds of distribution that a mean and a cv make: one may stand for the other. */
const kinds = ['lognormal', 'gamma'] as const

/** Twice the log-likelihood that another kind must gain: figures of one level go together. */
const minGain = 12

/**
 * Kinds of service time under which measurements are likelier than under the base's, by path:
 * `{ 'journey[0].visits[0].serviceMs.dist': 'gamma' }`. `misfitOf` is minus twice the log-likelihood of
 * a document, up to a constant.
 */
export function likelierKinds(
  base: Mapping,
  misfitOf: (document: Mapping) => number,
): Record<string, unknown> {
  const others = visitsOf(base).flatMap(({ path, kind }) =>
    kinds.filter((other) => other !== kind).map((other) => ({ path, other })),
  )
  if (others.length === 0) return {}
  const own = misfitOf(base)
  return Object.fromEntries(
    others
      .filter(({ path, other }) => own - misfitOf(withKinds(base, { [path]: other })) > minGain)
      .map(({ path, other }) => [path, other]),
  )
}

/** The document with other kinds of service times, by path; the document itself where there are none. */
export function withKinds(base: Mapping, settings: Readonly<Record<string, unknown>>): Mapping {
  if (Object.keys(settings).length === 0) return base
  return {
    ...base,
    journey: mapVisits(base, (dist, path) => ({ ...dist, dist: settings[path] ?? dist['dist'] })),
  }
}

function visitsOf(base: Mapping): { path: string; kind: string }[] {
  const found: { path: string; kind: string }[] = []
  mapVisits(base, (dist, path) => {
    const { dist: kind } = dist
    if (typeof kind === 'string' && kinds.some((known) => known === kind))
      found.push({ path, kind })
    return dist
  })
  return found
}

/** The journey with each service time that is a mapping changed; told the path of its kind. */
function mapVisits(base: Mapping, change: (dist: Mapping, path: string) => Mapping): unknown {
  const { journey } = base
  if (!Array.isArray(journey)) return journey
  return journey.map((step: unknown, s) => {
    if (!isMapping(step) || !Array.isArray(step['visits'])) return step
    const visits = step['visits'].map((visit: unknown, v) => {
      if (!isMapping(visit) || !isMapping(visit['serviceMs'])) return visit
      const path = pathText(['journey', s, 'visits', v, 'serviceMs', 'dist'])
      return { ...visit, serviceMs: change(visit['serviceMs'], path) }
    })
    return { ...step, visits }
  })
}
