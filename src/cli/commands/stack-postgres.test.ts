import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  findPostgres,
  startPostgres,
  type PrivatePostgres,
} from '../../stack/ledger/testing/postgres.ts'
import { dambreak } from '../testing/dambreak.ts'
import {
  bookAs,
  control,
  eventually,
  nothingFound,
  startLiveStack,
  type LiveStack,
} from '../testing/live-stack.ts'

const bin = findPostgres(process.env['PATH'] ?? '')

const onPostgres = () => {
  let postgres: PrivatePostgres
  let stack: LiveStack | null = null

  beforeAll(async () => {
    postgres = await startPostgres(bin ?? '')
  }, 120_000)

  afterAll(async () => {
    await stack?.stop()
    await postgres.remove()
  })

  test('books, shows no password, and outlives a restart of the database', async () => {
    const running = await startLiveStack(['--database', postgres.url])
    stack = running
    expect(running.text).toMatch(/^database +PostgreSQL, 127\.0\.0\.1:\d+\/dambreak /m)
    expect(running.text).not.toContain(postgres.password)
    expect(await bookAs(running.url, 'kim')).toBe('ok')
    await postgres.stop('fast')
    const lost = await eventually(
      () => bookAs(running.url, 'lee'),
      (status) => status !== 'ok',
    )
    expect(lost).toBe('503 unavailable')
    expect((await fetch(`${running.url}/health`)).status).toBe(503)
    await postgres.start()
    await eventually(
      () => bookAs(running.url, 'lee'),
      (status) => status === 'ok' || status === 'alreadyBooked',
    )
    expect(await bookAs(running.url, 'kim')).toBe('alreadyBooked')
    const { body } = await control(running, 'GET findings')
    expect(body).toEqual({ findings: nothingFound, booked: 2, oversold: 0 })
    expect((await running.stop()).code).toBe(0)
    stack = null
  })

  test('does not start with a wrong password or on another version, and says so', async () => {
    const start = (url: string) => dambreak(['stack', '--port', '0', '--database', url], '.')
    const wrong = await start(postgres.url.replace(postgres.password, 'hunter2'))
    expect(wrong.code).toBe(4)
    expect(wrong.err).toMatch(/^dambreak: the ledger does not start: .*password.*\n$/)
    expect(wrong.err).not.toContain('hunter2')
    const client = new Client({ connectionString: postgres.url })
    await client.connect()
    try {
      await client.query('UPDATE dambreak.meta SET schema_version = 99')
    } finally {
      await client.end()
    }
    const older = await start(postgres.url)
    expect(older.code).toBe(4)
    expect(older.err).toMatch(/^dambreak: the ledger does not start: .*schema version 99.*\n$/)
  })
}

if (bin !== null) describe('the stack on PostgreSQL', onPostgres, 120_000)
else test('the stack on PostgreSQL', ({ skip }) => skip('no PostgreSQL: see the ledger tests'))
