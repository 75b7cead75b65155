import { parsePath } from '../path.ts'
import type { Path } from '../path.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import type { ScenarioInput } from '../schema/schema.ts'

/** A small valid scenario document for tests, new at every call so that a test may change it. */
export function smallDocument(): ScenarioInput & Record<string, unknown> {
  return {
    name: 'small',
    opensAt: '2021-07-19T20:00:00+09:00',
    endsAt: '2021-07-19T23:00:00+09:00',
    population: { people: 100, participation: 0.5 },
    arrivals: [
      { kind: 'early', share: 0.2, forSec: 60 },
      { kind: 'burst', share: 0.5, forSec: 10 },
      { kind: 'decay', share: 0.3, scaleSec: 60 },
    ],
    waitingRoom: { admission: { perSec: 36 } },
    journey: [
      {
        step: 'book',
        visits: [
          { station: 'web', serviceMs: { dist: 'lognormal', mean: 250, cv: 0.8 }, holds: true },
          { station: 'db', serviceMs: 20 },
        ],
      },
    ],
    stack: {
      instances: { low: 2, mid: 4, high: 6, evidence: 'assumed', source: 'a guess' },
      stations: [
        { name: 'web', perInstance: true, slots: 8, backlog: 64 },
        { name: 'db', shared: true, slots: 20 },
      ],
    },
    behaviour: { patienceSec: 900 },
    inventory: { offers: [{ place: 'clinic', date: '2021-07-26', slots: 80 }] },
    timeline: [
      { at: '20:48', kind: 'halt', tickets: 'void' },
      { at: '22:00', kind: 'instances', count: 10 },
      { at: '22:00', kind: 'resume' },
    ],
    variants: [{ name: 'ten', set: { 'stack.instances': 10 }, dropEvents: ['instances'] }],
  }
}

/** The small document with fields replaced by path; `undefined` takes a field out. */
export function editedDocument(edits: Readonly<Record<string, unknown>>): Mapping {
  let document: unknown = smallDocument()
  for (const [path, value] of Object.entries(edits)) {
    document = edited(document, parsePath(path) ?? [], value)
  }
  return isMapping(document) ? document : {}
}

function edited(value: unknown, path: Path, by: unknown): unknown {
  const [head, ...rest] = path
  if (head === undefined) return by
  if (typeof head === 'number') {
    const given: unknown[] = Array.isArray(value) ? value : []
    const list = [...given]
    list[head] = edited(list[head], rest, by)
    return list
  }
  const mapping = isMapping(value) ? value : {}
  return { ...mapping, [head]: edited(mapping[head], rest, by) }
}
