import { LedgerGone } from '../contract.ts'

/** One SQL statement. The name lets PostgreSQL keep its plan; `$1`… stand for parameters. */
export interface Statement {
  readonly name: string
  readonly text: string
}

export type Parameter = string | number | null | readonly (string | number)[]
export type Row = Readonly<Record<string, unknown>>

/** Runs statements, one after the other, within one session of the database. */
export interface Session {
  query(statement: Statement, parameters?: readonly Parameter[]): Promise<Row[]>
}

/**
 * Which connections a statement goes by: those that the database pool's slots stand for, or the few
 * kept for everything else, so that the ledger still answers its operators when all slots are taken.
 */
export type Lane = 'pool' | 'internal'

/** A database that the ledger is kept in. Calls reject with `LedgerGone` while it is not there. */
export interface Driver {
  readonly database: 'pglite' | 'postgres'
  /** One statement, in a transaction of its own. */
  query(lane: Lane, statement: Statement, parameters?: readonly Parameter[]): Promise<Row[]>
  /**
   * Commits what `work` did and gives its result, once the database has said that it is committed;
   * rolls back where `work` throws, or `signal` is aborted before the commit is sent.
   */
  transaction<T>(lane: Lane, work: Work<T>, signal?: AbortSignal): Promise<T>
  /** Opens what connections it will need, so that too few are known now and not at the opening. */
  warm(): Promise<void>
  /** True if another process than this keeps a ledger in the same database. */
  isShared(): Promise<boolean>
  /** Why the ledger cannot start on it: a `DambreakError`, or what was thrown by a bug. */
  explain(error: unknown): unknown
  close(): Promise<void>
}

export type Work<T> = (session: Session) => Promise<T>

/** Whoever asked for the transaction is not there any more. */
export class Abandoned extends LedgerGone {
  constructor() {
    super('the connection that asked for this was closed')
  }
}

export function throwIfAbandoned(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new Abandoned()
}

/** A session that runs nothing more once `signal` is aborted. */
export function guarded(session: Session, signal: AbortSignal | undefined): Session {
  return {
    async query(statement, parameters) {
      throwIfAbandoned(signal)
      return session.query(statement, parameters)
    },
  }
}

/** A field that our own statements give as an integer. */
export function integer(row: Row | undefined, field: string): number {
  const value = row?.[field]
  if (typeof value !== 'number') throw new Error(`no number in ${field}: ${String(value)}`)
  return value
}

/** A field that our own statements give as text. */
export function text(row: Row | undefined, field: string): string {
  const value = row?.[field]
  if (typeof value !== 'string') throw new Error(`no text in ${field}: ${String(value)}`)
  return value
}
