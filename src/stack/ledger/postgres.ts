import { Client, DatabaseError, Pool, type ClientBase, type PoolClient } from 'pg'
import { DambreakError } from '../../core/errors.ts'
import { LedgerGone } from '../contract.ts'
import {
  Abandoned,
  guarded,
  integer,
  throwIfAbandoned,
  type Driver,
  type Lane,
  type Parameter,
} from './driver.ts'
import type { Row, Session, Statement, Work } from './driver.ts'

/** By this name the ledger's connections are known in `pg_stat_activity`. */
const applicationName = 'dambreak ledger'
const connectTimeoutMs = 5_000
/** Connections for what goes by no slot: beside the pool's, and where there is no pool. */
const internalConnections = { besidePool: 4, alone: 16 }

/** The shared station whose slots are connections. */
export interface PoolStation {
  readonly name: string
  readonly slots: number
}

/**
 * Classes of SQLSTATE (first two digits) that say "not now": connection, resources, operator's
 * intervention, the system below, rolled back for others' sake.
 */
const passingClasses = new Set(['08', '53', '57', '58', '40'])
/** Read-only (a replica, a failover under way); idle in a transaction for too long. */
const passingStates = new Set(['25006', '25P03'])

/**
 * What `pg` threw, as the ledger's callers know it. What does not come from the server is a lost
 * connection, or one that could not be made.
 */
function asGone(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    const { code = '' } = error
    if (!passingClasses.has(code.slice(0, 2)) && !passingStates.has(code)) return error
  }
  const why = error instanceof Error && error.message !== '' ? error.message : codeOf(error)
  return new LedgerGone(`the database does not answer: ${why}`, { cause: error })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

async function rowsOf(
  client: ClientBase,
  { name, text }: Statement,
  parameters: readonly Parameter[] = [],
): Promise<Row[]> {
  try {
    return (await client.query<Row>({ name, text, values: [...parameters] })).rows
  } catch (error) {
    throw asGone(error)
  }
}

const plain = (text: string): Statement => ({ name: '', text })

/** Where a database is, for messages: never the password. */
interface Place {
  readonly text: string
  readonly database: string
  readonly user: string
}

/** Finds out what `pg` makes of the address, its own environment variables included. */
function placeOf(databaseUrl: string): Place {
  const bad = 'the database must be given as postgresql://user:password@host:port/database'
  if (!/^postgres(ql)?:\/\//.test(databaseUrl)) throw new DambreakError('usage', bad)
  try {
    const { host, port, database, user } = new Client({ connectionString: databaseUrl })
    const name = database ?? user ?? ''
    const text = host.startsWith('/') ? `${host} (port ${port})` : `${host}:${port}`
    return { text: `${text}, database ${name}`, database: name, user: user ?? '' }
  } catch {
    // The reason may quote the address, password and all.
    throw new DambreakError('usage', bad)
  }
}

/** The error that says why the ledger cannot start and what to do; our own bugs as they are. */
function startFault(thrown: unknown, place: Place): unknown {
  const error = thrown instanceof LedgerGone ? thrown.cause : thrown
  if (error === thrown && !(error instanceof DatabaseError)) return thrown
  const code = codeOf(error)
  const why = error instanceof Error ? error.message : ''
  const at = `PostgreSQL at ${place.text}`
  const say = (message: string) => new DambreakError('engine', message)
  if (code === '28P01') return say(`${at} does not take the password of user ${place.user}`)
  if (code === '28000') return say(`${at} does not let in user ${place.user}: ${why}`)
  if (code === '3D000') {
    return say(
      `${at}: there is no such database; create it (createdb ${place.database}), or name another`,
    )
  }
  if (code === '53300') return say(`${at} has no more connections to give: ${why}`)
  if (code === '42501') return say(`${at}: user ${place.user} may not do this: ${why}`)
  if (/password must be a (non-empty )?string/.test(why)) {
    return say(`${at} asks for a password of user ${place.user}, and none was given`)
  }
  if (error instanceof DatabaseError) return say(`${at} says: ${why}`)
  return say(`${at} cannot be reached: ${why === '' ? code : why}`)
}

function poolOf(databaseUrl: string, max: number): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    max,
    // Slots are connections: they stay.
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: applicationName,
    // Told is committed, and committed is on disk, whatever the server's default.
    options: '-c synchronous_commit=on',
  })
  // A connection that breaks is told of by the statement on it, if there is one; unheard, the event
  // would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/**
 * A PostgreSQL server. `station`, the shared station whose slots are connections, gets as many; a
 * few more are kept for the rest. Throws `DambreakError` where there is no server, it does
 * not let us in, or has too few connections.
 */
export async function openPostgres(
  databaseUrl: string,
  station: PoolStation | null,
): Promise<Driver> {
  const place = placeOf(databaseUrl)
  const { besidePool, alone } = internalConnections
  const internal = poolOf(databaseUrl, station === null ? alone : besidePool)
  const pool = station === null ? internal : poolOf(databaseUrl, station.slots)
  const lanes: Record<Lane, Pool> = { pool, internal }
  const end = async () => {
    await Promise.all([...new Set([pool, internal])].map((each) => each.end()))
  }
  try {
    await checkConnections(internal, station, place)
  } catch (error) {
    await end()
    throw startFault(error, place)
  }
  return {
    database: 'postgres',
    query: (lane, statement, parameters) =>
      withClient(lanes[lane], (client) => rowsOf(client, statement, parameters)),
    transaction: (lane, work, signal) =>
      withClient(lanes[lane], (client) => transact(client, work, signal)),
    async warm() {
      await Promise.all([...new Set([pool, internal])].map((each) => warmUp(each)))
    },
    explain: (error) => startFault(error, place),
    isShared: () => withClient(internal, isShared),
    close: end,
  }
}

async function checkConnections(
  pool: Pool,
  station: PoolStation | null,
  place: Place,
): Promise<void> {
  const limits = plain(`
    SELECT current_setting('max_connections')::int AS most,
      current_setting('superuser_reserved_connections')::int AS reserved`)
  await withClient(pool, async (client) => {
    const [row] = await rowsOf(client, limits)
    const usable = integer(row, 'most') - integer(row, 'reserved')
    const { besidePool, alone } = internalConnections
    const needed = station === null ? alone : station.slots + besidePool
    if (needed <= usable) return
    const what =
      station === null
        ? `${alone} connections are needed`
        : `station ${station.name} has ${station.slots} slots, each a connection, and ${besidePool} more are needed`
    throw new DambreakError(
      'engine',
      `${what}, but PostgreSQL at ${place.text} has ${usable} to give: raise its max_connections, or lower the slots`,
    )
  })
}

/** Opens every connection of a pool; `pg` reports the first that fails. */
async function warmUp(pool: Pool): Promise<void> {
  const clients = await Promise.allSettled(
    Array.from({ length: pool.options.max }, () => pool.connect()),
  )
  for (const client of clients) if (client.status === 'fulfilled') client.value.release()
  const failed = clients.find((client) => client.status === 'rejected')
  if (failed !== undefined) throw asGone(failed.reason)
}

async function isShared(client: ClientBase): Promise<boolean> {
  const [row] = await rowsOf(
    client,
    plain(`
      SELECT count(*)::int AS others FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()`),
    [applicationName],
  )
  return integer(row, 'others') > 0
}

/** Runs on a connection of the pool; one that may be broken is not given back but ended. */
async function withClient<T>(pool: Pool, run: (client: PoolClient) => Promise<T>): Promise<T> {
  let client: PoolClient
  try {
    client = await pool.connect()
  } catch (error) {
    throw asGone(error)
  }
  let broken = true
  try {
    const result = await run(client)
    broken = false
    return result
  } catch (error) {
    // Back to work only where no connection was lost, and no transaction is open.
    const lost = error instanceof LedgerGone && !(error instanceof Abandoned)
    broken = lost || client.getTransactionStatus() !== 'I'
    throw error
  } finally {
    client.release(broken)
  }
}

async function transact<T>(
  client: ClientBase,
  work: Work<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const session: Session = {
    query: (statement, parameters) => rowsOf(client, statement, parameters),
  }
  throwIfAbandoned(signal)
  // Read committed, whatever the server's default: the statements count on seeing what others
  // committed while they waited for a row.
  await rowsOf(client, plain('BEGIN ISOLATION LEVEL READ COMMITTED'))
  try {
    const result = await work(guarded(session, signal))
    throwIfAbandoned(signal)
    await rowsOf(client, plain('COMMIT'))
    return result
  } catch (error) {
    // Where the connection is lost this fails too, and the server has rolled back by itself.
    await rowsOf(client, plain('ROLLBACK')).catch(() => undefined)
    throw error
  }
}
