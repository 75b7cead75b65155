import fc from 'fast-check'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../../core/testing/eventually.ts'
import { sweep } from '../../../core/testing/sweep.ts'
import type { Clock } from '../../../core/clock.ts'
import { LedgerGone } from '../../contract.ts'
import type { BookingAnswer, Choice, LedgerClient, Person } from '../../contract.ts'
import { integer, text, type Driver } from '../driver.ts'
import { connectLedger } from '../ledger-client.ts'
import { serveLedger, type LedgerServer } from '../ledger-server.ts'
import { statements } from '../schema.ts'
import { ledgerStart, type LedgerShape } from './ledger-config.ts'

/** A database to hold the contract against. */
export interface LedgerBench {
  readonly database: 'pglite' | 'postgres'
  readonly databaseUrl: string | null
  /** Bookings asked for at once. */
  readonly crowd: number
  /** Left out: the server opens what `databaseUrl` names. */
  readonly openDriver?: () => Promise<Driver>
  /** A way into the same database that is not the ledger's. */
  openSide(): Promise<Driver>
}

export const stoppedClock: Clock = { epochMs: () => 1_626_692_400_000, monotonicMs: () => 0 }

export const eligible = (id: string): Person => ({ id, birthYear: 1967 })
/** For what comes by itself, on a machine that has other things to do. */
const born = (id: string, birthYear: number): Person => ({ id, birthYear })
const north = { place: 'north', date: '2021-07-26' }
const south = { place: 'south', date: '2021-07-26' }
const south2 = { place: 'south', date: '2021-07-27' }

/** Takes a lease, does one thing with it, and gives it back. */
async function withLease(
  client: LedgerClient,
  use: (lease: NonNullable<Awaited<ReturnType<LedgerClient['lease']>>>) => Promise<BookingAnswer>,
): Promise<BookingAnswer> {
  const lease = await client.lease('db')
  if (lease === null) throw new Error('the backlog is full')
  try {
    return await use(lease)
  } finally {
    lease.release()
  }
}

export const bookBy = (client: LedgerClient, person: Person, choice: Choice | null) =>
  withLease(client, (lease) => lease.book(person, choice))
const identifyBy = (client: LedgerClient, person: Person) =>
  withLease(client, (lease) => lease.identify(person))

/** Who holds what, read by the side door. */
export async function bookedRows(side: Driver): Promise<string[]> {
  const rows = await side.query('internal', {
    name: '',
    text: `SELECT person, place, date FROM dambreak.bookings
      JOIN dambreak.offers ON offers.id = bookings.offer`,
  })
  return rows
    .map((row) => `${text(row, 'person')} ${text(row, 'place')} ${text(row, 'date')}`)
    .toSorted()
}

/** Every implementation's laws: the same schema and statements on any database. */
export function ledgerContract(openBench: () => LedgerBench): void {
  const open: { close(): unknown }[] = []
  let runs = 0

  const serve = async (changes: Partial<LedgerShape> = {}): Promise<LedgerServer> => {
    const { databaseUrl, openDriver } = openBench()
    const start = ledgerStart({ run: `run ${++runs}`, databaseUrl, ...changes })
    const parts = openDriver === undefined ? {} : { openDriver }
    const server = await serveLedger(start, { clock: stoppedClock, ...parts })
    open.unshift(server)
    return server
  }
  const client = ({ port }: { port: number }) => {
    const connected = connectLedger({ port, retryMs: 10 })
    open.unshift(connected)
    return connected
  }
  const openSide = async () => {
    const side = await openBench().openSide()
    open.unshift(side)
    return side
  }

  afterEach(async () => {
    for (const each of open.splice(0)) await each.close()
  })

  describe('answers', () => {
    test('who may book, has booked, and what is left', async () => {
      const server = await serve()
      const ledger = client(server)
      expect(await identifyBy(ledger, eligible('a'))).toEqual({ status: 'ok' })
      expect(await identifyBy(ledger, born('b', 1966))).toEqual({ status: 'ineligible' })
      expect(await bookBy(ledger, born('b', 1969), north)).toEqual({ status: 'ineligible' })
      const booked = await bookBy(ledger, eligible('a'), south)
      expect(booked).toMatchObject({ status: 'ok', booking: south })
      expect(booked.booking?.id).toMatch(/^\d+$/)
      expect(await identifyBy(ledger, eligible('a'))).toEqual({ status: 'alreadyBooked' })
      expect(await bookBy(ledger, eligible('a'), north)).toEqual({ status: 'alreadyBooked' })
      expect(await ledger.offers()).toEqual([
        { ...north, slots: 2, remaining: 2 },
        { ...south, slots: 1, remaining: 0 },
        { ...south2, slots: 1, remaining: 1 },
      ])
      expect(await server.state()).toMatchObject({
        database: openBench().database,
        connected: true,
        booked: 1,
        stations: [
          { station: 'db', slots: 10, queued: 0 },
          { station: 'mail', slots: 1, busy: 0, queued: 0, served: 0 },
        ],
      })
      expect(await server.audit()).toEqual({
        findings: { doubleBooking: 0, ineligibleBooked: 0, eligibleRefused: 0 },
        booked: 1,
        oversold: 0,
      })
    })

    test('the next offer in order where one is sold out, the first after the last', async () => {
      const ledger = client(await serve())
      const asked = [south2, south2, south2, null, { place: 'nowhere', date: '' }]
      const got: unknown[] = []
      for (const [i, choice] of asked.entries()) {
        const { status, booking } = await bookBy(ledger, eligible(`p${i}`), choice)
        got.push(booking === undefined ? status : { place: booking.place, date: booking.date })
      }
      expect(got).toEqual([south2, north, north, south, 'soldOut'])
      // Sold out is no booking: who was told so may still come.
      expect(await identifyBy(ledger, eligible('p4'))).toEqual({ status: 'ok' })
    })

    test('a booking taken back frees its slot; supply comes and goes, never below zero', async () => {
      const server = await serve()
      const ledger = client(server)
      for (const id of ['a', 'b', 'c', 'd']) await bookBy(ledger, eligible(id), null)
      expect(await bookBy(ledger, eligible('e'), null)).toEqual({ status: 'soldOut' })
      expect(await server.undo('c')).toBe(true)
      expect(await server.undo('c')).toBe(false)
      expect(await bookBy(ledger, eligible('e'), null)).toMatchObject({ booking: south })
      const supply = { kind: 'supply', place: 'south', add: 3 } as const
      await server.control({ kind: 'event', event: supply })
      await server.control({ kind: 'event', event: { ...supply, date: south.date, add: -9 } })
      expect((await server.state()).offers).toEqual([
        { ...north, slots: 2, remaining: 0 },
        { ...south, slots: 1, remaining: 0 },
        { ...south2, slots: 4, remaining: 3 },
      ])
      expect(await bookBy(ledger, eligible('c'), north)).toMatchObject({ booking: south2 })
      expect((await server.audit()).oversold).toBe(0)
    })

    test('are those of a naive ledger, whatever is asked in whatever order', async () => {
      const choice = fc.constantFrom(north, south, south2, null)
      const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
      const action = fc.oneof(
        fc.record({ kind: fc.constant('book' as const), id, choice }),
        fc.record({ kind: fc.constant('identify' as const), id }),
        fc.record({ kind: fc.constant('undo' as const), id }),
        fc.record({ kind: fc.constant('supply' as const), add: fc.integer({ min: -2, max: 2 }) }),
      )
      await fc.assert(
        fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 25 }), async (actions) => {
          const server = await serve()
          const ledger = client(server)
          const offers = [north, south, south2]
          const left = [2, 1, 1]
          const held = new Map<string, number>()
          for (const asked of actions) {
            if (asked.kind === 'supply') {
              await server.control({ kind: 'event', event: asked })
              left.forEach((n, i) => (left[i] = Math.max(0, n + asked.add)))
            } else if (asked.kind === 'undo') {
              const offer = held.get(asked.id)
              expect(await server.undo(asked.id)).toBe(held.delete(asked.id))
              if (offer !== undefined) left[offer] = (left[offer] ?? 0) + 1
            } else if (asked.kind === 'identify') {
              const status = held.has(asked.id) ? 'alreadyBooked' : 'ok'
              expect(await identifyBy(ledger, eligible(asked.id))).toEqual({ status })
            } else {
              const first = Math.max(0, asked.choice === null ? 0 : offers.indexOf(asked.choice))
              const order = [0, 1, 2].map((k) => (first + k) % 3)
              const offer = order.find((i) => (left[i] ?? 0) > 0)
              const answer = await bookBy(ledger, eligible(asked.id), asked.choice)
              if (held.has(asked.id)) expect(answer.status).toBe('alreadyBooked')
              else if (offer === undefined) expect(answer.status).toBe('soldOut')
              else {
                expect(answer).toMatchObject({ status: 'ok', booking: offers[offer] })
                held.set(asked.id, offer)
                left[offer] = (left[offer] ?? 0) - 1
              }
            }
          }
          const state = await server.state()
          expect(state.offers.map(({ remaining }) => remaining)).toEqual(left)
          expect(state.booked).toBe(held.size)
          for (const each of open.splice(0)) await each.close()
        }),
        { numRuns: sweep(5, 15) },
      )
    })
  })

  describe('a crowd', () => {
    const crowdOffers = [
      { ...north, slots: 151 },
      { ...south, slots: 101 },
      { ...south2, slots: 51 },
    ]

    /** Everybody at once, over several instances; a third of the people ask from a second device too. */
    const rush = async (server: LedgerServer) => {
      const { crowd } = openBench()
      const clients = [1, 2, 3, 4].map(() => client(server))
      const asked = Array.from({ length: crowd }, (_, i) => `p${i - (i % 4 === 3 ? 1 : 0)}`)
      const answers = await Promise.all(
        asked.map((id, i) => {
          // Both of one person by one instance, so that they are close enough for a race.
          const by = clients[Math.floor(i / 4) % 4] ?? client(server)
          return bookBy(by, eligible(id), crowdOffers[i % 3] ?? null)
        }),
      )
      return answers.map(({ status, booking }, i) => ({ id: asked[i] ?? '', status, booking }))
    }

    test('is told what the ledger holds: no double booking, no negative slot', async () => {
      const server = await serve({ offers: crowdOffers })
      const answers = await rush(server)
      const told = answers.flatMap(({ id, booking }) =>
        booking === undefined ? [] : [`${id} ${booking.place} ${booking.date}`],
      )
      expect(told).toHaveLength(303)
      expect(new Set(answers.map(({ status }) => status))).toEqual(
        new Set(['ok', 'alreadyBooked', 'soldOut']),
      )
      expect(await bookedRows(await openSide())).toEqual(told.toSorted())
      const state = await server.state()
      expect(state.offers.map(({ remaining }) => remaining)).toEqual([0, 0, 0])
      await eventually(async () => {
        const [pool] = (await server.state()).stations
        expect(pool).toMatchObject({ busy: 0, queued: 0, served: answers.length })
      })
      expect(await server.audit()).toEqual({
        findings: { doubleBooking: 0, ineligibleBooked: 0, eligibleRefused: 0 },
        booked: 303,
        oversold: 0,
      })
    }, 120_000)

    test('shows the fault race in what it did', async () => {
      // 303 is no multiple of 20: those who go in step do not come out even at the last slot.
      const server = await serve({ offers: crowdOffers, fault: 'race', slots: 20 })
      await rush(server)
      const { findings, booked, oversold } = await server.audit()
      expect(findings.doubleBooking).toBeGreaterThan(0)
      expect(oversold).toBe(booked - 303)
      expect(oversold).toBeGreaterThan(0)
      expect(findings).toMatchObject({ ineligibleBooked: 0, eligibleRefused: 0 })
    }, 120_000)
  })

  describe('the eligibility rule', () => {
    const years = [1966, 1967, 1968, 1969]
    const bookAll = async (server: LedgerServer) => {
      const ledger = client(server)
      const statuses: string[] = []
      for (const year of years) {
        statuses.push((await bookBy(ledger, born(`born-${year}`, year), null)).status)
      }
      return statuses
    }

    test('off by one year is found out, on both sides', async () => {
      const server = await serve({ fault: 'eligibility' })
      expect(await bookAll(server)).toEqual(['ineligible', 'ineligible', 'ok', 'ok'])
      const { findings } = await server.audit()
      expect(findings).toEqual({ doubleBooking: 0, ineligibleBooked: 1, eligibleRefused: 1 })
    })

    test('that refuses the eligible is found out, until it ends', async () => {
      const server = await serve()
      await server.control({ kind: 'eligibility', effect: 'refuse-eligible' })
      expect(await bookAll(server)).toEqual(years.map(() => 'ineligible'))
      await server.control({ kind: 'eligibility', effect: null })
      expect(await bookAll(server)).toEqual(['ineligible', 'ok', 'ok', 'ineligible'])
      const { findings } = await server.audit()
      expect(findings).toEqual({ doubleBooking: 0, ineligibleBooked: 0, eligibleRefused: 2 })
    })

    test('that accepts the ineligible is found out', async () => {
      const server = await serve()
      await server.control({ kind: 'eligibility', effect: 'accept-ineligible' })
      expect(await bookAll(server)).toEqual(['ok', 'ok', 'ok', 'ok'])
      const { findings } = await server.audit()
      expect(findings).toEqual({ doubleBooking: 0, ineligibleBooked: 2, eligibleRefused: 0 })
    })
  })

  describe('leases', () => {
    test('are handed on in order, and refused beyond the backlog', async () => {
      const server = await serve({ slots: 2, backlog: 1 })
      const ledger = client(server)
      const first = await ledger.lease('db')
      const second = await client(server).lease('db')
      const third = ledger.lease('db')
      expect(await ledger.lease('db')).toBeNull()
      expect([first?.busy, second?.busy]).toEqual([1, 2])
      expect((await server.state()).stations[0]).toMatchObject({ busy: 2, queued: 1, refused: 1 })
      first?.release()
      first?.release()
      expect((await third)?.busy).toBe(2)
    })

    test('are all given up by a reset, those that wait too', async () => {
      const server = await serve({ slots: 2, backlog: 5 })
      const stuck = client(server)
      await Promise.all([stuck.lease('db'), stuck.lease('db')])
      const waiting = stuck.lease('db')
      stuck.reset()
      await expect(waiting).rejects.toThrow(LedgerGone)
      await expect
        .poll(async () => (await server.state()).stations[0])
        .toMatchObject({ busy: 0, queued: 0 })
      const busyAgain = async () => (await stuck.lease('db').catch(() => null))?.busy ?? 0
      await expect.poll(busyAgain).toBe(1)
    })

    test('of no station take no slot, and of another station none of the pool', async () => {
      const server = await serve({ slots: 1, backlog: 0 })
      const ledger = client(server)
      await ledger.lease('db')
      const free = await ledger.lease(null)
      const mail = await ledger.lease('mail')
      expect(await free?.book(eligible('a'), north)).toMatchObject({ status: 'ok' })
      expect(await mail?.book(eligible('b'), north)).toMatchObject({ status: 'ok' })
      expect((await server.state()).stations.map(({ busy }) => busy)).toEqual([1, 1])
    })

    test('end with their connection, and what it had under way is rolled back', async () => {
      const server = await serve({ slots: 2, offers: [{ ...north, slots: 5 }] })
      const side = await openSide()
      const leaving = client(server)
      const staying = client(server)
      const lease = await leaving.lease('db')
      await leaving.lease('db')
      const waiting = staying.lease('db')
      let booking: Promise<unknown> = Promise.resolve()
      // Whoever holds the offer's row keeps the booking in the middle of its transaction.
      await side.transaction('internal', async (session) => {
        await session.query({ name: '', text: 'UPDATE dambreak.offers SET slots = slots' })
        booking = lease?.book(eligible('a'), north).catch((error: unknown) => error) ?? booking
        await staying.lease(null)
        leaving.close()
        // The idle lease goes to who waits; the busy one is kept until its transaction has ended.
        await waiting
      })
      expect(await booking).toBeInstanceOf(LedgerGone)
      await eventually(async () => {
        expect((await server.state()).stations[0]).toMatchObject({ busy: 1, queued: 0 })
      })
      expect(await bookedRows(side)).toEqual([])
      expect(await staying.offers()).toEqual([{ ...north, slots: 5, remaining: 5 }])
      expect(await bookBy(staying, eligible('a'), north)).toMatchObject({ status: 'ok' })
    })
  })

  describe('connections', () => {
    test('that say what no instance says are closed, and only they', async () => {
      const server = await serve()
      const ledger = client(server)
      const lease = await ledger.lease('db')
      const bad = [
        'GET / HTTP/1.1\r\n\r\n',
        '{"op":"lease","id":1}\n',
        '{"op":"lease","id":1,"station":"no such station"}\n',
        '{"op":"release","lease":7}\n',
        '{"op":"book","id":2,"lease":7,"person":{"id":"a","birthYear":1967},"choice":null}\n',
        '{"op":"lease","id":1,"station":null}\n'.repeat(2),
        '[1,2\n',
        'x'.repeat(20_000),
      ]
      for (const bytes of bad) {
        const closed = new Promise((resolve) => {
          const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes))
          socket.on('close', () => resolve(bytes)).on('error', () => undefined)
          socket.resume()
        })
        expect(await closed).toBe(bytes)
      }
      expect(await lease?.book(eligible('a'), north)).toMatchObject({ status: 'ok' })
    })

    test('come back by themselves; until then calls are refused at once', async () => {
      const run = `run ${++runs}`
      const server = await serve({ run })
      const ledger = client(server)
      const lease = await ledger.lease('db')
      await lease?.book(eligible('a'), north)
      await server.close()
      await eventually(() => expect(ledger.offers()).rejects.toBeInstanceOf(LedgerGone))
      await expect(lease?.identify(eligible('a'))).rejects.toBeInstanceOf(LedgerGone)
      lease?.release()
      const { databaseUrl, openDriver } = openBench()
      const start = { ...ledgerStart({ run, databaseUrl }), port: server.port }
      const parts = openDriver === undefined ? {} : { openDriver }
      open.unshift(await serveLedger(start, { clock: stoppedClock, ...parts }))
      await eventually(() => ledger.offers())
      // The same run of the stack: its ledger was kept.
      expect(await identifyBy(ledger, eligible('a'))).toEqual({ status: 'alreadyBooked' })
      await expect(lease?.identify(eligible('a'))).rejects.toBeInstanceOf(LedgerGone)
    })
  })

  describe('starting', () => {
    test('another run of the stack starts with an empty ledger', async () => {
      const server = await serve()
      await bookBy(client(server), eligible('a'), north)
      for (const each of open.splice(0)) await each.close()
      const state = await (await serve({ offers: [{ ...south, slots: 7 }] })).state()
      expect(state).toMatchObject({ booked: 0, offers: [{ ...south, slots: 7, remaining: 7 }] })
    })

    test('a ledger of another schema version is left alone, and the way out is told', async () => {
      await serve()
      for (const each of open.splice(0)) await each.close()
      const side = await openSide()
      const setVersion = (version: number) =>
        side.query('internal', {
          name: '',
          text: `UPDATE dambreak.meta SET schema_version = ${version}`,
        })
      await setVersion(99)
      await expect(serve()).rejects.toMatchObject({
        name: 'DambreakError',
        kind: 'engine',
        message: expect.stringMatching(
          /holds a ledger of schema version 99, and this release knows 1: .*DROP SCHEMA dambreak/,
        ) as unknown,
      })
      const [row] = await side.query('internal', statements.booked)
      expect(integer(row, 'booked')).toBe(0)
      await setVersion(1)
    })
  })
}
