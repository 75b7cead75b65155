import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bookAs,
  childrenOf,
  control,
  eventually,
  isAlive,
  letIn,
  netfunnel,
  nothingFound,
  pause,
  startLiveStack,
  step,
  type LiveStack,
} from '../testing/live-stack.ts'

// It comes without types, and with a default export alone.
const parsePrometheus = createRequire(import.meta.url)('parse-prometheus-text-format') as (
  text: string,
) => Metric[]

interface Metric {
  readonly name: string
  readonly type: string
  readonly metrics: readonly { readonly value: string; readonly labels?: Record<string, string> }[]
}

async function metricsOf(url: string): Promise<Metric[]> {
  const response = await fetch(`${url}/metrics`)
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  return parsePrometheus(await response.text())
}

function valueOf(metrics: Metric[], name: string, labels: Record<string, string> = {}): number {
  const found = metrics
    .find((metric) => metric.name === name)
    ?.metrics.find((each) => Object.entries(labels).every(([k, v]) => each.labels?.[k] === v))
  return Number(found?.value)
}

describe('a clean stack', () => {
  let stack: LiveStack
  let children: number[]
  /** Whom a client was told that they are booked. */
  const told: string[] = []

  beforeAll(async () => {
    // Long enough for a request to be in the middle of it.
    stack = await startLiveStack(['--set', 'journey[1].visits[0].serviceMs=150'])
    children = childrenOf(stack.pid)
  }, 120_000)

  // The last test stops it; this is for when one before it has failed.
  afterAll(async () => {
    if (isAlive(stack.pid)) await stack.stop()
  })

  test('says where it is, and what its database is', () => {
    expect(stack.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(stack.controlUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}$/)
    expect(stack.text).toContain('one session: it serialises the instances')
    expect(stack.text).toMatch(/^opens +open since \d{4}-/m)
    expect(children).toHaveLength(4)
  })

  test('takes a visitor who speaks the protocol from 5101 to a booking, and no second one', async () => {
    const { url } = stack
    let { code, fields } = await netfunnel(url, 'opcode=5101&sid=service_1&aid=book&nfid=0')
    while (code === 201) {
      await pause(1000 * Number(fields['ttl']))
      const { key = '', ttl = '' } = fields
      ;({ code, fields } = await netfunnel(url, `opcode=5002&key=${key}&ttl=${ttl}`))
    }
    expect(code).toBe(200)
    const { key = '' } = fields
    const kim = { key, person: 'kim', place: 'clinic', date: '2021-07-27' }
    expect(await step(url, 'identify', kim)).toMatchObject({ code: 200, body: { status: 'ok' } })
    expect((await netfunnel(url, `opcode=5003&key=${key}`)).code).toBe(200)
    expect(await step(url, 'book', kim)).toMatchObject({
      code: 200,
      body: { status: 'ok', booking: { place: 'clinic', date: '2021-07-27' } },
    })
    told.push('kim')
    expect(await step(url, 'book', kim)).toMatchObject({
      code: 200,
      body: { status: 'alreadyBooked', message: 'this person has booked already' },
    })
    expect((await netfunnel(url, `opcode=5004&key=${key}`)).code).toBe(200)
    expect((await netfunnel(url, `opcode=5004&key=${key}`)).code).toBe(502)
  })

  test('refuses whom it should, with messages', async () => {
    const { url } = stack
    const key = await letIn(url)
    const old = await step(url, 'identify', { key, person: 'old', birthYear: 1930 })
    expect(old).toMatchObject({ code: 200, body: { status: 'ineligible' } })
    const forged = await step(url, 'book', { key: `${key.slice(0, -4)}0000`, person: 'lee' })
    expect(forged).toMatchObject({ code: 403, body: { status: 'badKey' } })
    const timedOut = await step(url, 'book', { key: 'connection_timeout', person: 'lee' })
    expect(timedOut).toMatchObject({ code: 403, body: { status: 'badKey' } })
    const bare = await step(url, 'book', { key: null, person: 'lee' })
    expect(bare).toMatchObject({ code: 403, body: { status: 'noKey' } })
    expect((await netfunnel(url, 'opcode=5002&key=forged&ttl=1')).code).toBe(509)
    expect((await netfunnel(url, 'opcode=1234')).code).toBe(509)
  })

  test('has metrics that a parser of Prometheus accepts', async () => {
    const metrics = await metricsOf(stack.url)
    const counters = metrics.filter(({ type }) => type === 'COUNTER').map(({ name }) => name)
    expect(counters.length).toBeGreaterThan(8)
    expect(counters.filter((name) => !name.endsWith('_total'))).toEqual([])
    expect(valueOf(metrics, 'dambreak_up', { part: 'instance', server: '1' })).toBe(1)
    expect(valueOf(metrics, 'dambreak_bookings')).toBe(1)
    expect(valueOf(metrics, 'dambreak_station_slots', { server: '0', station: 'web' })).toBe(8)
    expect(valueOf(metrics, 'dambreak_station_slots', { server: 'all', station: 'db' })).toBe(10)
    expect(valueOf(metrics, 'dambreak_gate_admissions_total')).toBe(2)
    expect(valueOf(metrics, 'dambreak_balancer_responses_total', { status: '403' })).toBe(3)
    expect(valueOf(metrics, 'dambreak_balancer_requests_total', { server: '1' })).toBeGreaterThan(0)
    const health = await fetch(`${stack.url}/health`)
    expect(await health.json()).toEqual({ status: 'ok', gate: true, ledger: true, instances: 2 })
  })

  test('shows operators its state, and strangers nothing', async () => {
    const { code, body } = await control(stack, 'GET state')
    expect(code).toBe(200)
    expect(body).toMatchObject({ scenario: 'smoke', halted: false, instanceTarget: 2 })
    expect(JSON.stringify(body)).not.toMatch(/secret|token/i)
    const stranger = { ...stack, controlUrl: stack.controlUrl.replace(/.$/, 'x') }
    expect((await control(stranger, 'GET state')).code).toBe(404)
    const fault = await control(stack, 'POST events', { kind: 'halt', tickets: 'burn' })
    expect(fault.code).toBe(400)
    expect(JSON.stringify(fault.body['faults'])).toContain('tickets')
    const large = await control(stack, 'POST events', { kind: 'x'.repeat(70_000) })
    expect(large.code).toBe(413)
  })

  test('switches off and on again', async () => {
    const { url } = stack
    const key = await letIn(url)
    expect((await control(stack, 'POST events', { kind: 'halt' })).code).toBe(200)
    const off = () => step(url, 'identify', { key, person: 'moon' })
    await eventually(off, ({ body }) => body['status'] === 'off')
    expect((await netfunnel(url, 'opcode=5101&sid=s&aid=a')).code).toBe(510)
    expect((await control(stack, 'POST events', { kind: 'resume' })).code).toBe(200)
    await eventually(off, ({ body }) => body['status'] === 'ok')
    expect(await bookAs(url, 'moon')).toBe('ok')
    told.push('moon')
  })

  test('errs about who may book while it is told to, and for no longer', async () => {
    const { url } = stack
    const young = async () => {
      const key = await letIn(url)
      return (await step(url, 'identify', { key, person: 'young', birthYear: 1999 })).body['status']
    }
    const event = { kind: 'eligibility-fault', effect: 'accept-ineligible', forSec: 0.5 }
    expect((await control(stack, 'POST events', event)).code).toBe(200)
    await eventually(young, (status) => status === 'ok')
    await eventually(young, (status) => status === 'ineligible')
    await control(stack, 'POST events', { kind: 'eligibility-fault' })
    const kim = async () => {
      const key = await letIn(url)
      return (await step(url, 'identify', { key, person: 'park' })).body['status']
    }
    await eventually(kim, (status) => status === 'ineligible')
    await control(stack, 'POST events', { kind: 'eligibility-fault', effect: null })
    await eventually(kim, (status) => status === 'ok')
  })

  test('grows from two instances to four and shrinks to three while it runs', async () => {
    const { url } = stack
    const live = async () => valueOf(await metricsOf(url), 'dambreak_instances')
    await control(stack, 'POST events', { kind: 'instances', count: 4 })
    await eventually(live, (count) => count === 4)
    const people = Array.from({ length: 24 }, (_, i) => `grow-${i}`)
    const answers = await Promise.all(people.map((person) => bookAs(url, person)))
    expect(answers).toEqual(people.map(() => 'ok'))
    told.push(...people)
    const served = async () => {
      const metrics = await metricsOf(url)
      return ['0', '1', '2', '3'].map((server) =>
        valueOf(metrics, 'dambreak_responses_total', { server, status: '200' }),
      )
    }
    await eventually(served, (counts) => counts.every((count) => count > 0))
    // At work for longer than a state is told again.
    const many = Array.from({ length: 160 }, (_, i) => `shrink-${i}`)
    const keys = await Promise.all(many.map(() => letIn(url)))
    const during = many.map((person, i) => step(url, 'book', { key: keys[i] ?? '', person }))
    await eventually(
      async () => valueOf(await metricsOf(url), 'dambreak_station_busy', { server: '3' }),
      (busy) => busy > 0,
    )
    await control(stack, 'POST events', { kind: 'instances', count: 3 })
    // Whoever is taken away finishes what it has: nobody sees an error.
    const statuses = (await Promise.all(during)).map(({ body }) => body['status'])
    expect(statuses).toEqual(many.map(() => 'ok'))
    told.push(...many)
    await eventually(
      () => Promise.resolve(childrenOf(stack.pid).length),
      (count) => count === 5,
    )
    expect(await live()).toBe(3)
  })

  test('loses no booking that a client was told of when instances are killed', async () => {
    const { url } = stack
    const { body } = await control(stack, 'GET state')
    const processes = body['processes'] as { role: string; pid: number }[]
    const victims = processes.filter(({ role }) => role === 'instance').slice(0, 2)
    const people = Array.from({ length: 60 }, (_, i) => `kill-${i}`)
    const keys = await Promise.all(people.map(() => letIn(url)))
    const bookings = people.map(async (person, i) => {
      await pause(10 * i)
      const answer = await step(url, 'book', { key: keys[i] ?? '', person }).catch(() => null)
      if (answer?.body['status'] === 'ok') told.push(person)
      return answer
    })
    for (const { pid } of victims) {
      await pause(100)
      process.kill(pid, 'SIGKILL')
    }
    const answers = await Promise.all(bookings)
    expect(answers.filter((answer) => answer?.body['status'] === 'ok').length).toBeGreaterThan(20)
    // Whatever was not answered may or may not be booked: asking again tells.
    await eventually(
      async () => valueOf(await metricsOf(url), 'dambreak_instances'),
      (count) => count === 3,
    )
    const again = await Promise.all(
      people.map((person, i) => step(url, 'book', { key: keys[i] ?? '', person })),
    )
    for (const [i, person] of people.entries()) {
      expect(again[i]?.code).toBe(200)
      if (told.includes(person)) expect(again[i]?.body['status']).toBe('alreadyBooked')
      else told.push(person)
    }
    expect(valueOf(await metricsOf(url), 'dambreak_restarts_total', { part: 'instance' })).toBe(2)
  })

  test('comes back with all its bookings when the ledger and the gate are killed', async () => {
    const { url } = stack
    const before = (await control(stack, 'GET findings')).body['booked']
    const { body } = await control(stack, 'GET state')
    const processes = body['processes'] as { role: string; pid: number }[]
    for (const role of ['gate', 'ledger']) {
      process.kill(processes.find((each) => each.role === role)?.pid ?? 0, 'SIGKILL')
    }
    await eventually(
      async () => {
        const { restarts } = (await control(stack, 'GET state')).body
        return { restarts, status: (await fetch(`${url}/health`)).status }
      },
      ({ restarts, status }) => {
        const { gate, ledger } = restarts as Record<'gate' | 'ledger', number>
        return gate > 0 && ledger > 0 && status === 200
      },
    )
    expect((await control(stack, 'GET findings')).body['booked']).toBe(before)
    expect(
      await eventually(
        () => bookAs(url, 'after').catch(() => ''),
        (it) => it === 'ok',
      ),
    ).toBe('ok')
    told.push('after')
  })

  test('takes a booking back, and has found nothing wrong', async () => {
    expect((await control(stack, 'DELETE bookings/kim')).code).toBe(200)
    expect((await control(stack, 'DELETE bookings/kim')).code).toBe(404)
    const { body } = await control(stack, 'GET findings')
    // The operators' own fault refused eligible people: that is seen too.
    const { eligibleRefused, ...others } = body['findings'] as typeof nothingFound
    expect(eligibleRefused).toBeGreaterThan(0)
    // What the gate had counted was gone with it.
    const forgotten = { earlyAdmission: null, bypassed: null, orderInversion: null }
    expect({ ...others, eligibleRefused: 0 }).toEqual({ ...nothingFound, ...forgotten })
    expect(body).toMatchObject({ booked: new Set(told).size - 1, oversold: 0 })
  })

  test('ends with 0 on Ctrl-C, and leaves no process', async () => {
    const all = childrenOf(stack.pid)
    expect(all).toHaveLength(5)
    const { code, err } = await stack.stop()
    expect({ code, last: err.trim().split('\n').at(-1) }).toEqual({ code: 0, last: 'stopped' })
    expect([...all, ...children].filter(isAlive)).toEqual([])
  })
}, 120_000)
