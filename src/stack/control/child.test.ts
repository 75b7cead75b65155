import { beforeEach, describe, expect, test } from 'vitest'
import type { ChildStart, ControlMessage } from '../contract.ts'
import { LedgerGone } from '../contract.ts'
import { childSide, type Part } from './child.ts'
import type { FromChild, ToChild } from './messages.ts'

const supply: ControlMessage = { kind: 'event', event: { kind: 'supply', add: 5 } }
const fault: ControlMessage = { kind: 'eligibility', effect: 'refuse-eligible' }
// What it is started with is for `serve` alone.
const start = { role: 'ledger' } as ChildStart

/** Lets promises that are resolved go on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

describe('childSide', () => {
  let heard: ControlMessage[]
  let sent: FromChild[]
  let lines: string[]
  let ends: number
  let take: (message: ToChild) => void

  beforeEach(() => {
    heard = []
    sent = []
    lines = []
    ends = 0
    const part: Part = {
      port: 7,
      control: async (message) => {
        if (message.kind === 'event') throw new LedgerGone('no database')
        heard.push(message)
      },
      answer: ({ what }) =>
        what === 'supply' ? Promise.reject(new LedgerGone('no database')) : what,
      close: () => Promise.reject(new Error('it hangs')),
    }
    take = childSide({
      serve: () => Promise.resolve(part),
      send: (message) => sent.push(message),
      end: () => ends++,
      tell: (line) => lines.push(line),
    })
  })

  test('goes on after a message that failed, and says so', async () => {
    take({ kind: 'start', start })
    take({ kind: 'control', message: supply })
    take({ kind: 'control', message: fault })
    take({ kind: 'ask', id: 1, question: { what: 'state' } })
    await settled()
    expect(heard).toEqual([fault])
    expect(lines).toEqual(["'control' failed: no database"])
    expect(sent).toContainEqual({ kind: 'ready', port: 7 })
    expect(sent).toContainEqual({ kind: 'answer', id: 1, value: 'state' })
  })

  test('answers what it could not do', async () => {
    take({ kind: 'start', start })
    const event = { kind: 'supply', add: 5 } as const
    take({ kind: 'ask', id: 3, question: { what: 'supply', event } })
    await settled()
    expect(sent).toContainEqual({ kind: 'unanswered', id: 3, message: 'no database' })
    expect(lines).toEqual([])
  })

  test('ends even where what it has cannot be finished', async () => {
    take({ kind: 'start', start })
    take({ kind: 'stop' })
    await settled()
    expect({ ends, lines }).toEqual({ ends: 1, lines: ["'stop' failed: it hangs"] })
  })
})
