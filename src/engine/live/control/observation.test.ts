import { describe, expect, test } from 'vitest'
import { readObservation } from './observation.ts'

const page = `# TYPE dambreak_instances gauge
dambreak_instances 2
dambreak_gate_waiting 120
dambreak_gate_inside 7
dambreak_gate_halted 0
dambreak_station_slots{server="0",station="web"} 8
dambreak_station_slots{server="1",station="web"} 8
dambreak_station_slots{server="all",station="db"} 10
dambreak_station_busy{server="0",station="web"} 3
dambreak_station_busy{server="1",station="web"} 8
dambreak_station_busy{server="all",station="db"} 10
dambreak_station_queue_depth{server="0",station="web"} 0
dambreak_station_queue_depth{server="1",station="web"} 5
dambreak_station_queue_depth{server="all",station="db"} 4
`
const stations = ['web', 'db']

describe('readObservation', () => {
  test('adds the instances up', () => {
    expect(readObservation(page, stations)).toEqual({
      observation: {
        waiting: 120,
        inside: 7,
        instances: 2,
        stations: [
          { busy: 11, queued: 5, slots: 16 },
          { busy: 10, queued: 4, slots: 10 },
        ],
      },
      missing: [],
      malformed: 0,
    })
  })

  test('during a halt nobody takes requests', () => {
    const halted = page.replace('halted 0', 'halted 1')
    expect(readObservation(halted, []).observation.instances).toBe(0)
  })

  test('tells what is missing', () => {
    const less = page
      .replace(/^dambreak_gate.*\n/gm, '')
      .replace(/^dambreak_station_busy.*db.*\n/m, '')
    expect(readObservation(less, stations)).toMatchObject({
      observation: { waiting: null, inside: null, instances: 2, stations: [{ busy: 11 }, null] },
      missing: ['dambreak_gate_waiting', 'dambreak_gate_inside', 'dambreak_station_busy of db'],
    })
    expect(readObservation('<html>', ['web'])).toMatchObject({
      observation: { waiting: null, inside: null, instances: null, stations: [null] },
    })
  })

  test.each(['NaN', '-1', '+Inf', '1e300', 'many'])('%s is no level', (value) => {
    const odd = page.replace('waiting 120', `waiting ${value}`)
    const { observation, missing, malformed } = readObservation(odd, stations)
    expect(observation.waiting).toBeNull()
    expect(missing).toContain('dambreak_gate_waiting')
    expect(malformed).toBe(value === 'many' ? 1 : 0)
  })
})
