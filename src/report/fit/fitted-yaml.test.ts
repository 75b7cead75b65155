import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { sampleFit } from '../testing/sample-fit.ts'
import { fittedYaml } from './fitted-yaml.ts'

const document = {
  name: 'base',
  stack: { instances: 2, stations: [{ name: 'web', perInstance: true, slots: 4 }] },
}

test('reads as the document, its inputs and notes above, a comment before what is not identified', () => {
  const fit = sampleFit()
  const station = 'web\nor\u001b[31m'
  const text = fittedYaml({
    ...fit,
    document,
    notes: [{ code: 'ArrivalsPlanned', run: 'twice\nsaid' }],
    fitted: {
      ...fit.fitted,
      notIdentified: [
        { path: 'stack.instances', code: 'StationNeverFull', station, minSlots: 3 },
        { path: 'nowhere[3].at', code: 'NoTurnsSeen' },
      ],
    },
  })
  expect(parse(text)).toEqual(document)
  expect(text).toMatch(
    /^# Fitted by dambreak to access\.log, steps\/run\.json\.\n# the arrivals of twice/,
  )
  expect(text).toMatch(
    /# not identified: web or \[31m was never full: it has 3 slots or more\n {2}instances: 2/,
  )
})
