import { expect, test } from 'vitest'
import { fuzzReader } from './fuzz-reader.ts'
import { fuzzedReaders } from './readers.ts'

const seed = 1

test.each(Object.keys(fuzzedReaders))(
  'the reader of %s takes an input or refuses it',
  async (reader) => {
    const { inputs, refused, inputsPerSec, faults } = await fuzzReader(reader, { seed, sec: 10 })
    console.log(`${reader}: ${inputsPerSec} inputs a second, ${refused} of ${inputs} refused`)
    expect(faults, `seed ${seed}`).toEqual([])
    expect(inputs).toBeGreaterThan(0)
  },
)
