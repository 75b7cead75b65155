import { createHmac } from 'node:crypto'
import { DambreakError } from '../../core/errors.ts'
import type { StackConfig } from '../contract.ts'
import { integer, text, type Driver, type Row, type Session, type Statement } from './driver.ts'

/** Raised with every change of the tables; a ledger of another version is left alone. */
const schemaVersion = 1

/** A ledger that another process works on is waited for this often and long: it may be ending. */
const endingTries = 15
const endingPauseMs = 200

const ddl = (text: string): Statement => ({ name: '', text })

const metaTable = ddl(`
  CREATE TABLE IF NOT EXISTS dambreak.meta (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    schema_version integer NOT NULL,
    scenario text NOT NULL,
    run text NOT NULL,
    birth_year_from integer NOT NULL,
    birth_year_to integer NOT NULL)`)

/**
 * Bookings name their offer without a foreign key: its check would lock the one row that all
 * bookings of an offer wait for, a second time each.
 */
const tables: readonly Statement[] = [
  ddl(`
    CREATE TABLE IF NOT EXISTS dambreak.offers (
      id integer PRIMARY KEY,
      place text NOT NULL,
      date text NOT NULL,
      slots integer NOT NULL,
      remaining integer NOT NULL
    ) WITH (fillfactor = 20)`),
  ddl(`
    CREATE TABLE IF NOT EXISTS dambreak.bookings (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      person text NOT NULL,
      birth_year integer NOT NULL,
      offer integer,
      at_ms bigint NOT NULL)`),
  ddl(`
    CREATE TABLE IF NOT EXISTS dambreak.refusals (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      person text NOT NULL,
      birth_year integer NOT NULL,
      at_ms bigint NOT NULL)`),
]

const emptied: readonly Statement[] = [
  ddl('TRUNCATE dambreak.offers, dambreak.bookings, dambreak.refusals, dambreak.meta'),
  ddl('DROP INDEX IF EXISTS dambreak.bookings_person'),
  ddl('ALTER TABLE dambreak.offers DROP CONSTRAINT IF EXISTS offers_remaining'),
]

/** What makes a double booking and a negative slot impossible. */
const guards: readonly Statement[] = [
  ddl('CREATE UNIQUE INDEX bookings_person ON dambreak.bookings (person)'),
  ddl('ALTER TABLE dambreak.offers ADD CONSTRAINT offers_remaining CHECK (remaining >= 0)'),
]

/** The fault `race`: finding is as quick as ever, and nothing is guarded. */
const noGuards: readonly Statement[] = [
  ddl('CREATE INDEX bookings_person ON dambreak.bookings (person)'),
]

/** What is said to the ledger while it is open. */
export const statements = {
  hasBooked: {
    name: 'hasBooked',
    text: 'SELECT EXISTS (SELECT FROM dambreak.bookings WHERE person = $1) AS booked',
  },
  insert: {
    name: 'insert',
    text: `
      INSERT INTO dambreak.bookings (person, birth_year, offer, at_ms) VALUES ($1, $2, $3, $4)
      ON CONFLICT (person) DO NOTHING RETURNING id::text AS id`,
  },
  insertUnguarded: {
    name: 'insertUnguarded',
    text: `
      INSERT INTO dambreak.bookings (person, birth_year, offer, at_ms) VALUES ($1, $2, $3, $4)
      RETURNING id::text AS id`,
  },
  take: {
    name: 'take',
    text: `
      UPDATE dambreak.offers SET remaining = remaining - 1
      WHERE id = $1 AND remaining > 0 RETURNING id`,
  },
  takeUnguarded: {
    name: 'takeUnguarded',
    text: 'UPDATE dambreak.offers SET remaining = remaining - 1 WHERE id = $1',
  },
  /** The next offer after $1 in order, the first following the last, that has a slot. */
  nextLeft: {
    name: 'nextLeft',
    text: `
      SELECT id FROM dambreak.offers WHERE remaining > 0 ORDER BY id < $1, id LIMIT 1`,
  },
  moveTo: { name: 'moveTo', text: 'UPDATE dambreak.bookings SET offer = $2 WHERE id = $1::bigint' },
  /** Kept only of people who may book by the scenario, whatever rule refused them. */
  refuse: {
    name: 'refuse',
    text: `
      INSERT INTO dambreak.refusals (person, birth_year, at_ms)
      SELECT $1::text, $2::integer, $3::bigint FROM dambreak.meta
      WHERE $2::integer BETWEEN birth_year_from AND birth_year_to`,
  },
  undoBooking: {
    name: 'undoBooking',
    text: 'DELETE FROM dambreak.bookings WHERE person = $1 RETURNING offer',
  },
  giveBack: {
    name: 'giveBack',
    text: 'UPDATE dambreak.offers SET remaining = remaining + 1 WHERE id = $1',
  },
  /** Slots added to each offer that matches (null matches all); never below those given out. */
  supply: {
    name: 'supply',
    text: `
      UPDATE dambreak.offers
      SET slots = slots + greatest($3::integer, -greatest(remaining, 0)),
        remaining = remaining + greatest($3::integer, -greatest(remaining, 0))
      WHERE ($1::text IS NULL OR place = $1) AND ($2::text IS NULL OR date = $2)`,
  },
  offers: {
    name: 'offers',
    text: 'SELECT id, place, date, slots, remaining FROM dambreak.offers ORDER BY id',
  },
  booked: { name: 'booked', text: 'SELECT count(*)::integer AS booked FROM dambreak.bookings' },
  /** What happened, from what is in the tables alone: no counter, no rule of the booking path. */
  audit: {
    name: 'audit',
    text: `
      SELECT
        (SELECT count(*)::integer FROM dambreak.bookings) AS booked,
        (SELECT (count(*) - count(DISTINCT person))::integer FROM dambreak.bookings) AS double,
        (SELECT count(*)::integer FROM dambreak.bookings, dambreak.meta
          WHERE birth_year NOT BETWEEN birth_year_from AND birth_year_to) AS ineligible,
        (SELECT count(*)::integer FROM dambreak.refusals, dambreak.meta
          WHERE birth_year BETWEEN birth_year_from AND birth_year_to) AS refused,
        (SELECT coalesce(sum(greatest(0, given - slots)), 0)::integer
          FROM dambreak.offers JOIN
            (SELECT offer, count(*) AS given FROM dambreak.bookings GROUP BY offer) AS taken
            ON taken.offer = offers.id) AS oversold`,
  },
} as const satisfies Record<string, Statement>

const insertMeta: Statement = {
  name: '',
  text: `
    INSERT INTO dambreak.meta (schema_version, scenario, run, birth_year_from, birth_year_to)
    VALUES ($1, $2, $3, $4, $5)`,
}
const insertOffers: Statement = {
  name: '',
  text: `
    INSERT INTO dambreak.offers (id, place, date, slots, remaining)
    SELECT id, place, date, slots, slots
    FROM unnest($1::integer[], $2::text[], $3::text[], $4::integer[])
      AS offer (id, place, date, slots)`,
}
const readMeta = ddl('SELECT schema_version AS version, run FROM dambreak.meta')
const hasMeta = ddl(`
  SELECT to_regclass('dambreak.meta') IS NOT NULL AS meta,
    EXISTS (SELECT FROM pg_tables WHERE schemaname = 'dambreak') AS tables,
    current_database() AS database`)
const hasSchema = ddl(`SELECT FROM pg_namespace WHERE nspname = 'dambreak'`)
/** Two ledgers that start at once take turns. */
const inTurn = ddl(`SELECT pg_advisory_xact_lock(hashtext('dambreak ledger'))`)

/** Tells one run of the stack from another, and tells nothing of the secret. */
function runOf(secret: string): string {
  return createHmac('sha256', secret).update('ledger').digest('hex').slice(0, 32)
}

/** The schema `dambreak`, as it was found. */
interface Found {
  readonly run: string | null
}

async function find(session: Session): Promise<Found> {
  const [row] = await session.query(hasMeta)
  const database = text(row, 'database')
  if (row?.['meta'] !== true) {
    if (row?.['tables'] !== true) return { run: null }
    throw wrongSchema(database, 'a schema dambreak that is not of this tool')
  }
  const meta = await readMetaRow(session, database)
  if (meta === undefined) return { run: null }
  const version = integer(meta, 'version')
  if (version !== schemaVersion) {
    const other = `a ledger of schema version ${version}, and this release knows ${schemaVersion}`
    throw wrongSchema(database, other)
  }
  return { run: text(meta, 'run') }
}

async function readMetaRow(session: Session, database: string): Promise<Row | undefined> {
  try {
    return (await session.query(readMeta))[0]
  } catch (error) {
    // 42703: no such column.
    if (!(error instanceof Error && 'code' in error && error.code === '42703')) throw error
    throw wrongSchema(database, 'a schema dambreak that is not of this tool')
  }
}

function wrongSchema(database: string, what: string): DambreakError {
  return new DambreakError(
    'engine',
    `database ${database} holds ${what}: name another database, or remove it with DROP SCHEMA dambreak CASCADE (all that is in it is lost)`,
  )
}

/**
 * Makes the ledger ready: its tables, and the scenario's offers. A rehearsal starts fresh, so what
 * an earlier one left is emptied; only a ledger of this same run (known by the stack's secret) is
 * kept as it is, since its process was started again in the middle.
 * Throws `DambreakError` of kind 'engine' where the schema is of another version or maker, or
 * another process works on it.
 */
export async function prepare(
  driver: Driver,
  config: StackConfig,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const run = runOf(config.secret)
  const found = await driver.transaction('internal', find)
  if (found.run === run) return
  for (let tries = 0; await driver.isShared(); tries++) {
    if (tries === endingTries) {
      throw new DambreakError(
        'engine',
        'another stack keeps its ledger in this database: stop it, or name another database',
      )
    }
    await pause(endingPauseMs)
  }
  await driver.transaction('internal', (session) => createFresh(session, config, run))
}

async function createFresh(session: Session, config: StackConfig, run: string): Promise<void> {
  const { scenario, fault } = config
  await session.query(inTurn)
  // Asked first: who may not create schemas may have been given this one, empty.
  if ((await session.query(hasSchema)).length === 0) {
    await session.query(ddl('CREATE SCHEMA dambreak'))
  }
  const making = fault === 'race' ? noGuards : guards
  for (const statement of [metaTable, ...tables, ...emptied, ...making]) {
    await session.query(statement)
  }
  const { from, to } = scenario.population.birthYears
  await session.query(insertMeta, [schemaVersion, scenario.name, run, from, to])
  const offers = scenario.inventory?.offers ?? []
  await session.query(insertOffers, [
    offers.map((_, i) => i),
    offers.map(({ place }) => place),
    offers.map(({ date }) => date),
    offers.map(({ slots }) => slots),
  ])
}
