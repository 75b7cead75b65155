import { describe, expect, test } from 'vitest'
import type { LiveSnapshot } from '../engine/live/snapshot.ts'
import { textColumns } from '../report/text-columns.ts'
import type { Environment } from './environment.ts'
import type { ServerSide } from '../engine/live/rehearsal-companions.ts'
import { startLiveView, viewLines, type ViewedRun } from './live-view.ts'

const run: ViewedRun = {
  name: 'smoke',
  target: 'http://127.0.0.1:8080',
  opensAt: '2021-07-19T20:00:00+09:00',
  opensAtEpochMs: Date.parse('2021-07-19T20:00:00+09:00'),
  startsAtMs: 1000,
  endsAtMs: 61_000,
}

const now: LiveSnapshot = {
  atMs: 16_000,
  atSec: 62,
  arrived: 1711,
  waiting: 944,
  inside: 61,
  booked: 596,
  requests: 1400,
  requestErrors: 14,
  errorEnds: 3,
  gateCalls: 0,
  gateErrors: 0,
  polls: 9000,
  sent: 10_000,
  inFlight: 61,
  connections: 1300,
  droppedGenerator: 0,
  droppedCeiling: 0,
  latenessMsP99: 22.6,
  responseMs: { p50: 99, p95: 419, p99: 622 },
  perSec: { arrived: 4.2, booked: 60, requests: 148, requestErrors: 7.4, polls: 790, sent: 335 },
}

const server: ServerSide = {
  waiting: 950,
  inside: null,
  instances: 2,
  stations: [
    { name: 'web', busy: 12, queued: 0 },
    { name: 'db', busy: 2, queued: 1 },
  ],
}

/** What is written to standard error, with a clock and a size that the test moves. */
function screen(terminal: { columns?: number; rows?: number } | null) {
  const written: string[] = []
  const stop = new AbortController()
  const state = { nowMs: 0, ...terminal }
  const environment: Environment = {
    clock: { epochMs: () => 0, monotonicMs: () => state.nowMs },
    out: () => undefined,
    err: (text) => void written.push(text),
    errIsTerminal: terminal !== null,
    errColumns: () => state.columns,
    errRows: () => state.rows,
    cores: 2,
    signal: stop.signal,
    hold: (work) => work,
  }
  return { written, state, environment, stop }
}

/** A terminal's screen after what was written to it: cursor up, line and screen erased. */
function seen(written: readonly string[]): string[] {
  let lines: string[] = []
  let row = 0
  for (const token of written.join('').match(/\p{Cc}\[\d*[AKJ]|\p{Cc}|\P{Cc}+/gu) ?? []) {
    if (token.endsWith('A') && token.startsWith('\u001b')) row -= Number(token.slice(2, -1))
    else if (token === '\u001b[J') lines = lines.slice(0, row)
    else if (token === '\n') row++
    else if (token !== '\u001b[K' && token !== '\r') lines[row] = token
  }
  expect(row).toBeGreaterThanOrEqual(0)
  return lines
}

describe('the live block', () => {
  test('says what happens, what it costs those who wait, and how the generator fares', () => {
    expect(viewLines(run, { now, server, columns: 100 })).toEqual([
      'smoke → http://127.0.0.1:8080',
      '20:01:02  ██████░░░░░░░░░░░░░░░░░░ 25% · 45 s left',
      '  arrived    1,711 · 4.2/s',
      '  waiting    944 · 790/s polls · inside 61',
      '  booked     596 · 60/s',
      '  requests   1,400 · 148/s · errors 1% · now 5%',
      '  response   p50 99 ms · p95 419 ms · p99 622 ms',
      '  target     950 in line · – inside · 2 instances · web 12 busy, 0 queued · db 2 busy, 1 queued',
      '  generator  335/s sent · 61 in flight on 1,300 connections · late by 22.6 ms (p99) · dropped 0',
      '             held back 0',
    ])
  })

  test('has no target row where nobody observes it', () => {
    const text = viewLines(run, { now, server: null, columns: 100 }).join('\n')
    expect(text).not.toContain('target ')
    expect(text).toContain('  generator  ')
  })

  test.each([24, 40, 79, 119])(
    'keeps to %i columns, and breaks between figures only',
    (columns) => {
      const wide = viewLines(run, { now, server, columns: 1000 })
      const lines = viewLines(run, { now, server, columns })
      for (const line of lines) expect(textColumns(line)).toBeLessThanOrEqual(columns)
      if (columns < 60) return
      const parts = (of: readonly string[]) =>
        of.slice(2).flatMap((line) => line.slice(13).split(' · '))
      expect(parts(lines)).toEqual(parts(wide))
    },
  )

  test('a wide name takes two columns a letter', () => {
    const [head] = viewLines(
      { ...run, name: '백신 예약 '.repeat(10) },
      { now, server: null, columns: 39 },
    )
    expect(textColumns(head!)).toBeLessThanOrEqual(39)
    expect(head).toMatch(/^백신 예약 .*…$/)
  })

  test('says when the generator is too late for the run to count', () => {
    const late = viewLines(run, { now: { ...now, latenessMsP99: 51 }, server: null, columns: 200 })
    expect(late.at(-1)).toContain(' · ✕ late by 51 ms (p99, limit 50 ms) · ')
    const kept = viewLines(run, { now: { ...now, latenessMsP99: 50 }, server: null, columns: 200 })
    expect(kept.at(-1)).toContain(' · late by 50 ms (p99) · ')
  })

  test('what is not known is a dash, and before the start nothing is done', () => {
    const responseMs = { p50: null, p95: null, p99: null }
    const early = { ...now, atMs: 0, requests: 0, requestErrors: 0, responseMs }
    const lines = viewLines(run, { now: early, server: null, columns: 100 })
    expect(lines[1]).toContain('░░ 0% · 1 min 01 s left')
    expect(lines).toContain('  response   p50 – · p95 – · p99 –')
    expect(lines.join('\n')).not.toMatch(/NaN|-\d/)
  })

  test('names from outside cannot drive the terminal', () => {
    const evil = 'a\u001b[2J\u202eb'
    const stations = [{ name: evil, busy: 1, queued: 0 }]
    const text = viewLines(
      { ...run, name: evil, target: evil },
      { now, server: { ...server, stations }, columns: 200 },
    ).join('')
    expect(text).toContain('a\\x1b[2J\\u{202e}b → a\\x1b[2J')
    expect(text).toContain('a\\x1b[2J\\u{202e}b 1 busy')
    expect(text).not.toMatch(/\p{Cc}|\u202e/u)
  })
})

describe('on a terminal', () => {
  test('the block is drawn anew where it stands, four times a second at most, in one write each', () => {
    const { written, state, environment } = screen({ columns: 80 })
    const view = startLiveView(environment, run, false)
    view.update(now, server)
    state.nowMs = 249
    view.update({ ...now, arrived: 1 }, server)
    expect(written).toHaveLength(1)
    state.nowMs = 250
    view.update({ ...now, arrived: 1800 }, server)
    expect(written).toHaveLength(2)
    const lines = viewLines(run, { now: { ...now, arrived: 1800 }, server, columns: 79 })
    expect(seen(written)).toEqual(lines)
  })

  test('what is said stands above the block, which comes again at once', () => {
    const { written, environment } = screen({ columns: 80 })
    const view = startLiveView(environment, run, false)
    view.update(now, null)
    view.say('halt: switched off\u0007')
    const lines = viewLines(run, { now, server: null, columns: 79 })
    expect(seen(written)).toEqual(['halt: switched off\\x07', ...lines])
    view.say('resume: back')
    expect(seen(written).slice(0, 2)).toEqual(['halt: switched off\\x07', 'resume: back'])
  })

  test('at the end the block is gone, what was said stays', () => {
    const { written, environment } = screen({ columns: 80 })
    const view = startLiveView(environment, run, false)
    view.say('ready')
    view.update(now, server)
    view.end()
    expect(seen(written)).toEqual(['ready'])
    expect(written.join('').endsWith('\u001b[J')).toBe(true)
  })

  test('a terminal that became narrower has broken its lines: all of them are taken back', () => {
    const { written, state, environment } = screen({ columns: 120 })
    const view = startLiveView(environment, run, false)
    view.update(now, server)
    const before = viewLines(run, { now, server, columns: 119 })
    state.columns = 60
    state.nowMs = 1000
    view.update(now, server)
    const rows = before.reduce((sum, line) => sum + Math.ceil(textColumns(line) / 60), 0)
    expect(rows).toBeGreaterThan(before.length)
    expect(written[1]!.startsWith(`\u001b[${rows}A\r\u001b[J`)).toBe(true)
  })

  test('one that is lower than the block shows its first lines: no other can be taken back', () => {
    const { written, environment } = screen({ columns: 80, rows: 5 })
    startLiveView(environment, run, false).update(now, server)
    expect(seen(written)).toEqual(viewLines(run, { now, server, columns: 79 }).slice(0, 4))
  })

  test('one that does not say how wide it is is taken for 80 columns', () => {
    const { written, environment } = screen({ columns: 0 })
    startLiveView(environment, run, false).update(now, server)
    expect(seen(written)).toEqual(viewLines(run, { now, server, columns: 79 }))
  })

  test('once the run is being stopped nothing is drawn over what is said of it', () => {
    const { written, state, environment, stop } = screen({ columns: 80 })
    const view = startLiveView(environment, run, false)
    view.update(now, null)
    written.push('\nstopping: writing what there is\n')
    stop.abort()
    state.nowMs = 5000
    view.update(now, null)
    view.say('last words')
    view.end()
    const lines = viewLines(run, { now, server: null, columns: 79 })
    expect(seen(written).filter(Boolean)).toEqual([
      ...lines,
      'stopping: writing what there is',
      'last words',
    ])
  })
})

describe('without a terminal', () => {
  test('a plain line every ten seconds, and what is said at once', () => {
    const { written, state, environment } = screen(null)
    const view = startLiveView(environment, run, false)
    view.update(now, server)
    state.nowMs = 9999
    view.update(now, server)
    view.say('halt: switched off')
    state.nowMs = 10_000
    view.update({ ...now, arrived: 2_000_000, latenessMsP99: 60 }, server)
    view.end()
    expect(written).toEqual([
      '20:01:02 · 1,711 arrived · 944 waiting · 596 booked · 148/s requests · p95 419 ms · errors 1% · late by 22.6 ms (p99)\n',
      'halt: switched off\n',
      '20:01:02 · 2 M arrived · 944 waiting · 596 booked · 148/s requests · p95 419 ms · errors 1% · ✕ late by 60 ms (p99, limit 50 ms)\n',
    ])
  })

  test('quiet is quiet, on a terminal too', () => {
    for (const terminal of [null, { columns: 80 }]) {
      const { written, environment } = screen(terminal)
      const view = startLiveView(environment, run, true)
      view.update(now, server)
      view.say('halt')
      view.end()
      expect(written).toEqual([])
    }
  })
})
