import type { Results, Transaction } from '@electric-sql/pglite'
import { DambreakError } from '../../core/errors.ts'
import { LedgerGone } from '../contract.ts'
import {
  guarded,
  throwIfAbandoned,
  type Driver,
  type Parameter,
  type Row,
  type Session,
} from './driver.ts'
import type { Statement } from './driver.ts'

/** The part of PGlite that runs statements: the database itself, or a transaction of it. */
interface Runner {
  query<T>(text: string, parameters?: Parameter[]): Promise<Results<T>>
}

function sessionOf(runner: Runner): Session {
  return {
    async query(statement: Statement, parameters: readonly Parameter[] = []) {
      return (await runner.query<Row>(statement.text, [...parameters])).rows
    },
  }
}

/**
 * PostgreSQL within this process: in memory (gone with the process), or in `dataDir`. It has one
 * session, so it serialises all instances, whatever the slots of the database pool.
 * Throws `DambreakError` of kind 'disk' where `dataDir` cannot be opened.
 */
export async function openPglite(dataDir: string | null): Promise<Driver> {
  // Loaded here alone: a stack on PostgreSQL spares itself tens of megabytes of WebAssembly.
  const { PGlite } = await import('@electric-sql/pglite')
  const db = await PGlite.create(dataDir ?? 'memory://').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    const where = dataDir ?? 'memory'
    throw new DambreakError('disk', `the embedded database cannot be opened in ${where}: ${why}`)
  })
  const session = sessionOf(db)
  const there = () => {
    if (db.closed) throw new LedgerGone('the embedded database is closed')
  }
  return {
    database: 'pglite',
    async query(_lane, statement, parameters) {
      there()
      return session.query(statement, parameters)
    },
    async transaction(_lane, work, signal) {
      there()
      return db.transaction(async (tx: Transaction) => {
        const result = await work(guarded(sessionOf(tx), signal))
        throwIfAbandoned(signal)
        return result
      })
    },
    warm: () => Promise.resolve(),
    explain: (error) => error,
    isShared: () => Promise.resolve(false),
    async close() {
      // Behind whatever is under way: PGlite breaks off in the middle otherwise.
      if (!db.closed) await db.runExclusive(() => Promise.resolve())
      if (!db.closed) await db.close()
    },
  }
}
