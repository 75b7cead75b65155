import { readFileSync } from 'node:fs'
import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'

const pageScript = readFileSync(new URL('./page.bundle.js', import.meta.url), 'utf8')

/** As much of a browser as the script touches; nothing in it moves by itself. */
function browser(facts: unknown) {
  class FakeElement {
    textContent = ''
    hidden = true
    value = ''
    src = ''
    options: unknown[] = []
    readonly style = {}
    readonly heard = new Map<string, (event: unknown) => unknown>()
    addEventListener(name: string, act: (event: unknown) => unknown): void {
      this.heard.set(name, act)
    }
    querySelector(): FakeElement {
      return new FakeElement()
    }
    replaceChildren(): void {}
    focus(): void {}
    remove(): void {}
  }
  const elements = new Map<string, FakeElement>()
  const element = (id: string): FakeElement => {
    const found = elements.get(id) ?? new FakeElement()
    elements.set(id, found)
    return found
  }
  element('facts').textContent = JSON.stringify(facts)
  /** Queries of the gate, in the order in which they were sent. */
  const calls: URLSearchParams[] = []
  const intervals: { act: () => void; ms: number }[] = []
  const answers = { offers: [], status: 'ok' }
  const window = createContext({
    document: {
      getElementById: element,
      createElement: () => new FakeElement(),
      head: { append: ({ src }: FakeElement) => calls.push(new URL(src, 'http://x').searchParams) },
    },
    performance: { now: () => 0 },
    setTimeout: () => 0,
    clearTimeout: () => undefined,
    setInterval: (act: () => void, ms: number) => intervals.push({ act, ms }),
    clearInterval: () => undefined,
    addEventListener: () => undefined,
    fetch: () => Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve(answers) }),
    FormData: class {
      get = () => ''
    },
    URLSearchParams,
  })
  window['window'] = window
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return {
    element,
    calls,
    run: async () => {
      runInContext(pageScript, window)
      await settled()
    },
    /** The gate's reply arrives, as the script that it is. */
    reply: async (opcode: number, result: string) => {
      const text = `NetFunnel.gControl.result='${result}'; NetFunnel.gControl._showResult();`
      runInContext(`NetFunnel.gRtype=${opcode};${text}`, window)
      await settled()
    },
    /** So many ms pass for who acts every so many. */
    every: async (ms: number) => {
      for (const each of intervals) if (each.ms === ms) each.act()
      await settled()
    },
    submit: async () => {
      element('form').heard.get('submit')?.({ preventDefault: () => undefined })
      await settled()
    },
  }
}

const facts = {
  action: 'smoke',
  cookie: 'NetFunnel_ID',
  birthYears: { from: 1967, to: 1968 },
  opensAtEpochMs: 0,
  nowEpochMs: 1,
  gateOrigin: null,
  steps: [{ method: 'POST', path: '/booking/book', headers: {}, body: {} }],
}

test('of two calls to the gate under way neither takes the reply to the other', async () => {
  const { element, calls, run, reply, every, submit } = browser(facts)
  await run()
  expect(Object.fromEntries(calls[0] ?? [])).toMatchObject({
    opcode: '5101',
    sid: 'service_1',
    aid: 'smoke',
    prefix: 'NetFunnel.gRtype=5101;',
    js: 'yes',
  })
  await reply(5101, '5002:200:key=K')
  expect(element('booking').hidden).toBe(false)
  // A sign of life is under way when the booking is made and the gate is told that it is.
  await every(60_000)
  await submit()
  expect(calls.map((query) => query.get('opcode'))).toEqual(['5101', '5003', '5004'])
  await reply(5003, '5003:200:key=K')
  expect(element('result').hidden).toBe(true)
  await reply(5004, '5004:200:')
  expect(element('result').hidden).toBe(false)
})
