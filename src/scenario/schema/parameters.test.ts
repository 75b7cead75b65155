import { expect, test } from 'vitest'
import { allowed, parametersOf, pricesOf, withValues } from './parameters.ts'
import { parseScenario } from '../load/parse.ts'
import { editedDocument } from '../testing/small-document.ts'

const interval = (source?: string) => ({
  low: 100,
  mid: 250,
  high: 300,
  evidence: 'assumed',
  ...(source === undefined ? {} : { source }),
})

test('places that state one interval from one source are one parameter, others are not', () => {
  const document = editedDocument({
    'journey[0].visits[0].serviceMs.mean': interval('a page'),
    'behaviour.patienceSec': interval('a page'),
    'waitingRoom.maxTtlSec': interval(),
    'waitingRoom.lapseSec': interval(),
    'arrivals[1].share': { low: 0.4, mid: 0.5, high: 0.6, evidence: 'inferred' },
  })
  const found = parametersOf(document)
  expect(found.map(({ name, paths }) => [name, paths.length])).toEqual(
    expect.arrayContaining([
      ['arrivals[1].share', 1],
      ['waitingRoom.maxTtlSec', 1],
      ['waitingRoom.lapseSec', 1],
      ['journey[0].visits[0].serviceMs.mean', 2],
    ]),
  )
  expect(found).toHaveLength(5)
  expect(parametersOf(document, ['inferred'])).toHaveLength(1)

  const changed = withValues(document, found, new Map([['journey[0].visits[0].serviceMs.mean', 7]]))
  const parsed = parseScenario(changed)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  const { journey, behaviour } = parsed.loaded.scenario
  expect(journey[0]?.visits[0]?.serviceMs).toMatchObject({ mean: 7 })
  expect(behaviour.patienceSec).toEqual({ dist: 'constant', value: 7 })
})

test('values are kept within what their fields allow', () => {
  const document = editedDocument({
    'waitingRoom.failOpen': { low: 0, mid: 0.02, high: 0.5, evidence: 'assumed' },
    'waitingRoom.maxTtlSec': { low: 1, mid: 20, high: 30, evidence: 'assumed' },
    'stack.instances': { low: 1, mid: 4, high: 9, evidence: 'assumed' },
  })
  const by = Object.fromEntries(parametersOf(document).map((one) => [one.name, one]))
  expect(allowed(by['waitingRoom.failOpen']!, -1)).toBe(0)
  expect(allowed(by['waitingRoom.failOpen']!, 3)).toBe(1)
  expect(allowed(by['waitingRoom.maxTtlSec']!, -5)).toBeCloseTo(0.2, 12)
  expect(allowed(by['stack.instances']!, 4.6)).toBe(5)
})

test('prices change no run, so they are parameters of their own', () => {
  const document = editedDocument({ 'behaviour.patienceSec': interval('a page') })
  const priced = { ...document, cost: { currency: 'KRW', lostBooking: interval() } }
  expect(parametersOf(priced)).toEqual(parametersOf(document))
  expect(pricesOf(priced).map(({ name, mid }) => [name, mid])).toEqual([['cost.lostBooking', 250]])
  expect(pricesOf(document)).toEqual([])
})
