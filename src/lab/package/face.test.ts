import { expect, test } from 'vitest'
import { exportedValues, faceFunctions } from './examples.ts'
import { useCases } from './use-cases.ts'

test('the face exports the use cases, and what their users need besides', () => {
  expect(exportedValues().toSorted()).toEqual(
    [
      ...useCases,
      'DambreakError',
      'defineScenario',
      'faultText',
      'histogramOfBuckets',
      'histogramsOfQuery',
      'readPlan',
      'readRun',
      'writeRun',
    ].toSorted(),
  )
})

test('every use case says what it gives and how it fails, with an example of five lines or so', () => {
  for (const { name, docstring, example } of faceFunctions(useCases)) {
    expect(`${name}: ${docstring}`).toContain('@returns')
    expect(`${name}: ${docstring}`).toMatch(/throws/i)
    const lines = (example ?? '').split('\n').filter((line) => line !== '')
    expect({ name, hasExample: lines.length > 0, isShort: lines.length <= 6 }).toEqual({
      name,
      hasExample: true,
      isShort: true,
    })
    expect(example).toContain("from 'dambreak'")
  }
})
