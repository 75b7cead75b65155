import { pathTemplateOf, requestOf } from '../../scenario/request/request.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'

/** What a path and a method lead to; `allow`: the path is known, the method is not. */
export type Route =
  | { readonly kind: 'step'; readonly index: number }
  | { readonly kind: 'offers' | 'unknown' }
  | { readonly kind: 'method'; readonly allow: string }

interface StepRoute {
  readonly method: string
  readonly matches: (path: string) => boolean
}

/** Finds the step of the journey, by its own `request` or by that of the stack's page. */
export function routesOf({ journey }: Pick<Scenario, 'journey'>) {
  const steps = journey.map((step): StepRoute => {
    const { method, path } = requestOf(step)
    return { method, matches: matcherOf(path.split('?', 1)[0] ?? '') }
  })
  return (method: string, path: string): Route => {
    const index = steps.findIndex((step) => step.method === method && step.matches(path))
    if (index >= 0) return { kind: 'step', index }
    const allowed = steps.filter((step) => step.matches(path)).map((step) => step.method)
    if (path === '/offers') {
      if (method === 'GET') return { kind: 'offers' }
      allowed.push('GET')
    }
    if (allowed.length === 0) return { kind: 'unknown' }
    return { kind: 'method', allow: [...new Set(allowed)].join(', ') }
  }
}

/** A place in a path stands for a field of the person's data: any text without a slash. */
function matcherOf(path: string): (path: string) => boolean {
  const { texts, names } = pathTemplateOf(path)
  const [text = ''] = texts
  if (names.length === 0) return (given) => given === text
  const escaped = texts.map((one) => one.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
  const pattern = new RegExp(`^${escaped.join('[^/]+')}$`)
  return (given) => pattern.test(given)
}
