import { expect, test } from 'vitest'
import { simFigures } from './figures.ts'
import { simulate } from './simulate.ts'
import { loadScenario } from '../../scenario/load/load.ts'
import { evaluate, type Evaluated } from '../../objectives/evaluate.ts'
import { isFault, parseExpression } from '../../objectives/expression.ts'

const paths = [
  ...['waitSec', 'admittedWaitSec', 'responseMs', 'serviceMs'].flatMap((name) =>
    ['p05', 'p50', 'p75', 'p95', 'p999', 'mean', 'max'].map((statistic) => `${name}.${statistic}`),
  ),
  'requests',
  'errors',
  'visitors.arrived',
  'people.booked',
  'bookedShare',
  'errorShare',
  'requestErrorShare',
  'waiting.max',
  'inside',
  'stations.web.utilisation',
  'pollsPerSec',
]
const ofTheWhole = [
  'etaErrorSec.p50',
  'findings.bypassed',
  'opening.admitPerSec',
  'collapse.fromSec',
  'steps.book.responseMs.p95',
  'steps.book.responseMs.p75',
  'steps.book.count',
]

test('figures that were never written out come to what the record comes to', async () => {
  const { scenario } = await loadScenario('smoke', { allowCode: false, variant: 'one-instance' })
  const result = simulate(scenario, { seed: 1 })
  const { people, inventory, recorder } = result
  const finished = recorder.finish({ people, inventory })
  const record = { header: { opensAt: scenario.opensAt }, ...finished } as unknown as Evaluated
  const figures = simFigures(scenario, result)
  const from = scenario.opensAt.slice(11, 16)
  const [hour = '', minute = ''] = from.split(':')
  const to = `${hour}:${String(Number(minute) + 2).padStart(2, '0')}`
  const clauses = ['', ` during ${from}..${to}`, ` at ${to}`, ' during 02:00..03:00']
  const texts = [...paths.flatMap((path) => clauses.map((clause) => path + clause)), ...ofTheWhole]
  const values = texts.map((text) => {
    const parsed = parseExpression(text)
    if (isFault(parsed)) throw new Error(parsed.message)
    const observed = evaluate(parsed, figures).observed
    expect(observed, text).toBe(evaluate(parsed, record).observed)
    return observed
  })
  // Most of them must have a value, or the two would agree on nothing.
  expect(values.filter((value) => value !== null).length).toBeGreaterThan(texts.length * 0.6)
})
