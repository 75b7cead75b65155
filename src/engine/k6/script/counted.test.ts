import { describe, expect, test } from 'vitest'
import { endNames } from '../../../core/codes.ts'
import { countingRecorder, type MetricName, type Tags } from './counted.ts'

interface Counted {
  readonly metric: MetricName
  readonly tags: Tags
  readonly metadata: Tags | undefined
}

function recorded() {
  const counted: Counted[] = []
  const recorder = countingRecorder(['identify', 'book'], (metric, tags, metadata) => {
    counted.push({ metric, tags, metadata })
  })
  return { counted, recorder }
}

describe('what k6 counts of a live world', () => {
  test('events of a visitor name the person, not how many came', () => {
    const { counted, recorder } = recorded()
    recorder.arrived(0, false, 1, 17)
    recorder.arrived(5, true, 1, 18)
    recorder.booked(7, 19)
    endNames.forEach((_name, end) => recorder.ended(9, end, 1, 100 + end))
    const told = counted.map(({ metric, tags, metadata }) => [metric, tags['event'], metadata])
    expect(told).toEqual([
      ['visitors', 'arrived', { person: '17' }],
      ['visitors', 'reentered', { person: '18' }],
      ['visitors', 'committed', { person: '19' }],
      ...endNames.map((name, end) => ['visitors', name, { person: String(100 + end) }]),
    ])
  })

  test('a malformed answer, and cookies that could not be kept', () => {
    const { counted, recorder } = recorded()
    recorder.answerFault?.({ step: 'book', fault: 'ValueMissing', of: 'id' })
    recorder.cookiesDropped?.(2)
    expect(counted.map(({ metric, tags }) => [metric, tags])).toEqual([
      ['answerFaults', { step: 'book', fault: 'ValueMissing', of: 'id' }],
      ['droppedCookies', {}],
      ['droppedCookies', {}],
    ])
  })

  test('what makes a series of its own has no person in it', () => {
    const { counted, recorder } = recorded()
    recorder.arrived(0, false, 1, 17)
    recorder.queued(0)
    recorder.admitted(0)
    expect(counted.map(({ tags }) => Object.keys(tags))).toEqual([['event'], ['event'], ['event']])
    expect(counted.slice(1).map(({ metadata }) => metadata)).toEqual([undefined, undefined])
  })
})
