import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../core/testing/eventually.ts'
import { sweep } from '../../core/testing/sweep.ts'
import { LedgerGone } from '../contract.ts'
import type { LedgerClient } from '../contract.ts'
import type { Driver } from './driver.ts'
import { connectLedger } from './ledger-client.ts'
import { serveLedger, type LedgerServer } from './ledger-server.ts'
import { openPostgres } from './postgres.ts'
import { ledgerStart, type LedgerShape } from './testing/ledger-config.ts'
import {
  bookBy,
  bookedRows,
  eligible,
  ledgerContract,
  stoppedClock,
} from './testing/ledger-contract.ts'
import { findPostgres, startPostgres, type PrivatePostgres } from './testing/postgres.ts'

const bin = findPostgres(process.env['PATH'] ?? '')
const required = process.env['CI'] !== undefined && process.env['CI'] !== ''

test('PostgreSQL is there for the tests of the ledger', ({ skip }) => {
  if (bin === null && !required) {
    skip('no PostgreSQL: install the package postgresql, or have initdb and postgres in PATH')
  }
  expect(bin, 'initdb, pg_ctl and postgres, which CI must have').not.toBeNull()
})

const onPostgres = () => {
  let postgres: PrivatePostgres
  const open: { close(): unknown }[] = []
  let runs = 0

  beforeAll(async () => {
    // Crashes of the server are part of it: what was told must be on disk.
    postgres = await startPostgres(bin ?? '', { fsync: true, maxConnections: 60 })
  }, 120_000)

  afterEach(async () => {
    for (const each of open.splice(0)) await each.close()
  })

  afterAll(async () => {
    await postgres.remove()
  })

  const openSide = () => openPostgres(postgres.url, null)
  ledgerContract(() => ({
    database: 'postgres',
    databaseUrl: postgres.url,
    crowd: sweep(2000, 10_000),
    openSide,
  }))

  const serve = async (changes: Partial<LedgerShape> = {}): Promise<LedgerServer> => {
    const start = ledgerStart({ run: `own ${++runs}`, databaseUrl: postgres.url, ...changes })
    const server = await serveLedger(start, { clock: stoppedClock })
    open.unshift(server)
    return server
  }
  const client = ({ port }: LedgerServer): LedgerClient => {
    const connected = connectLedger({ port, retryMs: 10 })
    open.unshift(connected)
    return connected
  }
  const sideDoor = async (): Promise<Driver> => {
    const side = await openSide()
    open.unshift(side)
    return side
  }

  describe('that goes away and comes back', () => {
    const offers = [{ place: 'north', date: '2021-07-26', slots: 1_000_000 }]

    test.each(['fast', 'immediate'] as const)(
      'keeps every booking that was told of (%s)',

      async (mode) => {
        const server = await serve({ offers })
        const clients = [client(server), client(server)]
        const told: string[] = []
        let refused = 0
        let isOver = false
        const visitor = async (n: number) => {
          const ledger = clients[n % 2] ?? client(server)
          for (let k = 0; !isOver; k++) {
            const id = `p${n}-${k}`
            try {
              const { status } = await bookBy(ledger, eligible(id), null)
              if (status === 'ok') told.push(`${id} north 2021-07-26`)
            } catch (error) {
              if (!(error instanceof LedgerGone)) throw error
              refused++
              // Back to the event loop: a refusal may take no time at all.
              await new Promise((resolve) => setTimeout(resolve, 5))
            }
          }
        }
        const visitors = Array.from({ length: 40 }, (_, n) => visitor(n))
        const more = async (count: number) => {
          const from = told.length
          await eventually(() => expect(told.length).toBeGreaterThan(from + count))
        }
        await more(200)
        await postgres.stop(mode)
        await eventually(async () => expect((await server.state()).connected).toBe(false))
        const during = await server.state()
        await expect(server.audit()).rejects.toBeInstanceOf(LedgerGone)
        await expect(server.undo('p0-0')).rejects.toBeInstanceOf(LedgerGone)
        await postgres.start()
        await more(200)
        await postgres.restart(mode)
        await more(200)
        isOver = true
        await Promise.all(visitors)
        expect(during.offers).toHaveLength(1)
        expect(refused).toBeGreaterThan(0)
        const rows = new Set(await bookedRows(await sideDoor()))
        expect(told.filter((row) => !rows.has(row))).toEqual([])
        const { findings, oversold, booked } = await server.audit()
        expect(findings).toEqual({ doubleBooking: 0, ineligibleBooked: 0, eligibleRefused: 0 })
        expect([oversold, booked]).toEqual([0, rows.size])
        // What was rolled back gave its slot back, and every lease was returned.
        const { offers: after, stations, connected } = await server.state()
        expect(after[0]?.remaining).toBe(1_000_000 - rows.size)
        expect(stations[0]).toMatchObject({ busy: 0, queued: 0 })
        expect(connected).toBe(true)
      },
    )

    test('one connection that is ended fails one booking, and the next has a new one', async () => {
      const server = await serve({ slots: 1 })
      const ledger = client(server)
      const side = await sideDoor()
      let booking: Promise<unknown> = Promise.resolve()
      await side.transaction('internal', async (session) => {
        await session.query({ name: '', text: 'UPDATE dambreak.offers SET slots = slots' })
        booking = bookBy(ledger, eligible('a'), null).catch((error: unknown) => error)
        const end = {
          name: '',
          text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid()`,
        }
        await eventually(async () => expect(await session.query(end)).toHaveLength(1))
      })
      expect(await booking).toBeInstanceOf(LedgerGone)
      expect(await bookBy(ledger, eligible('a'), null)).toMatchObject({ status: 'ok' })
    })
  })

  describe('that cannot be used', () => {
    const at = (change: (url: URL) => void) => {
      const url = new URL(postgres.url)
      change(url)
      return url.href
    }
    const messageOf = async (changes: Partial<LedgerShape>): Promise<string> => {
      try {
        await serve(changes)
      } catch (error) {
        expect(error).toMatchObject({ name: 'DambreakError' })
        const { message } = error as Error
        expect(message).not.toContain(postgres.password)
        expect(message).not.toContain('open-sesame')
        return message
      }
      return 'it started'
    }

    test('gives a message without its password', async () => {
      const { port } = postgres
      const here = `PostgreSQL at 127.0.0.1:${port}, database`
      const wrong = at((url) => (url.password = 'open-sesame'))
      expect(await messageOf({ databaseUrl: wrong })).toBe(
        `${here} dambreak does not take the password of user dambreak`,
      )
      const none = at((url) => (url.password = ''))
      expect(await messageOf({ databaseUrl: none })).toBe(
        `${here} dambreak asks for a password of user dambreak, and none was given`,
      )
      const absent = at((url) => (url.pathname = '/elsewhere'))
      expect(await messageOf({ databaseUrl: absent })).toBe(
        `${here} elsewhere: there is no such database; create it (createdb elsewhere), or name another`,
      )
      const closed = at((url) => (url.port = '1'))
      expect(await messageOf({ databaseUrl: closed })).toMatch(
        /^PostgreSQL at 127\.0\.0\.1:1, database dambreak cannot be reached: .*ECONNREFUSED/,
      )
      const form = 'the database must be given as postgresql://user:password@host:port/database'
      for (const databaseUrl of [
        'mysql://me:open-sesame@h/d',
        'postgresql://me:open-sesame@h:x/d',
      ]) {
        expect(await messageOf({ databaseUrl })).toBe(form)
      }
    })

    test('because it has fewer connections than the pool has slots', async () => {
      expect(await messageOf({ slots: 54 })).toBe(
        'station db has 54 slots, each a connection, and 4 more are needed, ' +
          `but PostgreSQL at 127.0.0.1:${postgres.port}, database dambreak has 57 to give: ` +
          'raise its max_connections, or lower the slots',
      )
      expect((await (await serve({ slots: 53 })).state()).connected).toBe(true)
    })

    test('because others hold its connections', async () => {
      const others = at((url) => url.searchParams.set('application_name', 'others'))
      const side = await openPostgres(others, null)
      open.unshift(side)
      await side.warm()
      expect(await messageOf({ slots: 50 })).toMatch(
        /database dambreak has no more connections to give: .*too many clients/,
      )
    })

    test('because another stack keeps its ledger there', async () => {
      const first = await serve()
      await bookBy(client(first), eligible('a'), null)
      expect(await messageOf({})).toMatch(/^another stack keeps its ledger in this database/)
      expect((await first.state()).booked).toBe(1)
    })

    test('because its schema dambreak is somebody else’s', async () => {
      const side = await sideDoor()
      const sql = (text: string) => side.query('internal', { name: '', text })
      await sql('DROP SCHEMA IF EXISTS dambreak CASCADE')
      await sql('CREATE SCHEMA dambreak')
      await sql('CREATE TABLE dambreak.meta (theirs text)')
      const theirs = /^database dambreak holds a schema dambreak that is not of this tool/
      expect(await messageOf({})).toMatch(theirs)
      await sql('ALTER TABLE dambreak.meta RENAME TO data')
      expect(await messageOf({})).toMatch(theirs)
      await sql('DROP TABLE dambreak.data')
      await side.close()
      open.length = 0
      expect((await (await serve()).state()).booked).toBe(0)
    })

    test('because the user may not make a schema', async () => {
      const side = await sideDoor()
      await side.query('internal', {
        name: '',
        text: `CREATE ROLE guest LOGIN PASSWORD 'open-sesame'`,
      })
      await side.query('internal', { name: '', text: 'DROP SCHEMA IF EXISTS dambreak CASCADE' })
      await side.close()
      open.length = 0
      const databaseUrl = at((url) => {
        url.username = 'guest'
        url.password = 'open-sesame'
      })
      expect(await messageOf({ databaseUrl })).toMatch(
        /database dambreak: user guest may not do this: permission denied for database dambreak/,
      )
    })
  })
}

// Not `runIf`: that would count each of them as skipped, where one line says it.
if (bin !== null) describe('the ledger on PostgreSQL', onPostgres)
