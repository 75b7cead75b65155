import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../scenario/load/load.ts'
import { eventKinds } from '../../scenario/schema/schema.ts'
import { Controls, NotNow, parseOrder } from './events.ts'
import type { Question } from './messages.ts'
import type { Supervisor } from './supervisor.ts'

const { scenario } = await loadScenario('smoke', { allowCode: false })

describe('parseOrder', () => {
  const good = [
    { kind: 'halt', tickets: 'void', restartInstances: true },
    { kind: 'resume' },
    { kind: 'instances', count: 4 },
    { kind: 'admission', admission: { maxInside: 10 } },
    { kind: 'close-bypass' },
    { kind: 'eligibility-fault', effect: 'accept-ineligible', forSec: 2.5 },
    { kind: 'open-early' },
    { kind: 'supply', place: 'clinic', add: -5 },
  ]

  test.each(good)('takes $kind as the scenario has it, without a time', (event) => {
    expect(parseOrder(event, scenario)).toEqual(event)
  })

  test('knows every kind of event', () => {
    expect(good.map(({ kind }) => kind).toSorted()).toEqual(eventKinds.toSorted())
  })

  test('fills in defaults; a fault of eligibility lasts until it is ended', () => {
    expect(parseOrder({ kind: 'halt' }, scenario)).toEqual({
      kind: 'halt',
      tickets: 'keep',
      restartInstances: false,
    })
    const fault = { kind: 'eligibility-fault', effect: 'refuse-eligible', forSec: null }
    expect(parseOrder({ kind: 'eligibility-fault' }, scenario)).toEqual(fault)
    const end = { kind: 'eligibility-fault', effect: null, forSec: null }
    expect(parseOrder({ kind: 'eligibility-fault', effect: null }, scenario)).toEqual(end)
  })

  test.each([
    [null, ''],
    ['halt', ''],
    [{}, 'kind'],
    [{ kind: 'collapse' }, 'kind'],
    [{ kind: 'halt', at: '20:10' }, 'at'],
    [{ kind: 'eligibility-fault', until: '20:10' }, 'until'],
    [{ kind: 'eligibility-fault', forSec: -1 }, 'forSec'],
    [{ kind: 'eligibility-fault', effect: null, forSec: 'x' }, 'forSec'],
    [{ kind: 'eligibility-fault', effect: null, count: 2 }, 'count'],
    [{ kind: 'halt', forSec: 5 }, 'forSec'],
    [{ kind: 'halt', tickets: 'burn' }, 'tickets'],
    [{ kind: 'instances', count: 0 }, 'count'],
    [{ kind: 'instances', count: 1000 }, 'count'],
    [{ kind: 'supply', add: 5, place: 'moon' }, 'place'],
    [{ kind: 'supply', add: 5, date: 'never' }, 'date'],
  ])('refuses %j', (body, path) => {
    const faults = parseOrder(body, scenario)
    expect(Array.isArray(faults) ? faults.map((fault) => fault.path) : faults).toEqual([path])
  })
})

describe('supply', () => {
  const order = { kind: 'supply', add: 5 } as const
  const controlsOf = (ledger: { ask(question: Question): Promise<unknown> } | null) =>
    new Controls({ ledger } as unknown as Supervisor, () => () => undefined)

  test('is done when the ledger has said so', async () => {
    const asked: Question[] = []
    const answer = Promise.withResolvers<unknown>()
    const ledger = {
      ask: (question: Question) => {
        asked.push(question)
        return answer.promise
      },
    }
    let isDone = false
    const performed = controlsOf(ledger)
      .perform(order)
      .finally(() => {
        isDone = true
      })
    for (let i = 0; i < 10; i++) await Promise.resolve()
    expect(isDone).toBe(false)
    answer.resolve(true)
    expect(await performed).toBe('+5 slots')
    expect(asked).toEqual([{ what: 'supply', event: order }])
  })

  test('is not done where the ledger is away, or cannot', async () => {
    const ledger = { ask: () => Promise.reject(new Error('the database does not answer')) }
    for (const each of [null, ledger]) {
      await expect(controlsOf(each).perform(order)).rejects.toBeInstanceOf(NotNow)
    }
  })
})
