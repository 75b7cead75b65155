import { assert } from '../../core/assert.ts'
import type { Fault } from '../../core/errors.ts'
import { clockSec } from '../clock.ts'
import { pathText } from '../path.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { eventKinds } from '../schema/schema.ts'
import { setField } from './set.ts'
import type { SetResult } from './set.ts'
import { unknownName } from '../schema/words.ts'

/** The name of the scenario as it is written, without any variant. */
export const baseVariant = 'base'

/**
 * The document of one variant: its `set` applied in the order of the paths, its `dropEvents` taken
 * off the timeline. It has no variants of its own. `base` gives the document back.
 */
export function variantDocument(document: Mapping, name: string): SetResult {
  if (name === baseVariant) return { ok: true, document }
  const variants: unknown[] = Array.isArray(document['variants']) ? document['variants'] : []
  const index = variants.findIndex((variant) => isMapping(variant) && variant['name'] === name)
  const variant = variants[index]
  if (!isMapping(variant)) {
    const known = variants.flatMap((other) =>
      isMapping(other) && typeof other['name'] === 'string' ? [other['name']] : [],
    )
    const message = unknownName('variant', name, [baseVariant, ...known])
    return { ok: false, faults: [{ path: '', message }] }
  }
  return applyVariant(document, variant, index)
}

/** As `variantDocument`, for `variants[index]`; faults carry that path. */
export function applyVariant(document: Mapping, variant: Mapping, index: number): SetResult {
  const faults: Fault[] = []
  const { variants: _variants, ...rest } = document
  const drops: unknown[] = Array.isArray(variant['dropEvents']) ? variant['dropEvents'] : []
  let current: Mapping = rest
  // Paths into the timeline count its events as they are written, so that drops come last.
  const sets = isMapping(variant['set']) ? Object.entries(variant['set']) : []
  for (const [path, value] of sets.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const result = setField(current, path, value)
    if ('document' in result) current = result.document
    else {
      const where = pathText(['variants', index, 'set', path])
      faults.push({ path: where, message: result.message })
    }
  }
  drops.forEach((drop, i) => {
    const message = typeof drop === 'string' ? dropFault(current, drop) : null
    if (message !== null) {
      faults.push({ path: pathText(['variants', index, 'dropEvents', i]), message })
    }
  })
  if (faults.length > 0) return { ok: false, faults }
  const isDropped = (event: Mapping) =>
    drops.some((drop) => typeof drop === 'string' && matches(current, event, drop))
  return { ok: true, document: withoutEvents(current, isDropped) }
}

function dropFault(document: Mapping, drop: string): string | null {
  const kind = drop.split('@')[0] ?? ''
  const kinds: readonly string[] = eventKinds
  if (!kinds.includes(kind)) return unknownName('kind of event', kind, kinds)
  const isThere = eventsOf(document).some(
    (event) => isMapping(event) && matches(document, event, drop),
  )
  return isThere || !drop.includes('@') ? null : `no such event on the timeline, got "${drop}"`
}

/** Whether an event is of the kind, or of the kind at the time (`halt@20:48`). */
function matches(document: Mapping, event: Mapping, drop: string): boolean {
  const split = drop.indexOf('@')
  if (split < 0) return event['kind'] === drop
  if (event['kind'] !== drop.slice(0, split)) return false
  const text = drop.slice(split + 1)
  const { at } = event
  const { opensAt } = document
  if (at === text) return true
  if (typeof at !== 'string' || typeof opensAt !== 'string') return false
  const sec = clockSec(text, opensAt)
  return sec !== null && sec === clockSec(at, opensAt)
}

function eventsOf(document: Mapping): unknown[] {
  return Array.isArray(document['timeline']) ? document['timeline'] : []
}

function withoutEvents(document: Mapping, isDropped: (event: Mapping) => boolean): Mapping {
  if (!Array.isArray(document['timeline'])) return document
  const kept = eventsOf(document).filter((event) => !isMapping(event) || !isDropped(event))
  return { ...document, timeline: kept }
}

/**
 * The document with `instances` servers from beginning to end: the timeline's scale-outs, halts and
 * resumes go. So do the variants, which speak of the timeline as it was: choose one first.
 */
export function holdInstances(document: Mapping, instances: number): Mapping {
  assert(Number.isSafeInteger(instances) && instances >= 1, `instances to hold: ${instances}`)
  const { variants: _variants, ...rest } = document
  const { stack } = rest
  const held = { ...rest, stack: { ...(isMapping(stack) ? stack : {}), instances } }
  const fixed = new Set<unknown>(['instances', 'halt', 'resume'])
  return withoutEvents(held, (event) => fixed.has(event['kind']))
}
