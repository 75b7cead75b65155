/**
 * `npm run chaos`: thousands of people book the last slots at once on the reference stack, each
 * twice, while an instance is killed every second and PostgreSQL is restarted, and then without.
 * Then the ledger is held against what clients were told. One JSON line a database; exit code 1
 * where a promise was broken: a booking told of and not there, one made twice, a slot below zero.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { Command, InvalidArgumentError } from 'commander'
import { Pool } from 'undici'
import {
  findPostgres,
  startPostgres,
  type PrivatePostgres,
} from '../stack/ledger/testing/postgres.ts'
import type { StackFindings } from '../stack/control/observer.ts'
import { wholeNumber } from '../cli/options.ts'
import { control, startStackCommand, type LiveStack } from '../cli/testing/live-stack.ts'

type Database = 'pglite' | 'postgres'

interface Options {
  readonly people: number
  readonly databases: Database[]
  readonly kill: boolean
}

/** Half of the people find a slot. */
function stackArgs(people: number): string[] {
  const slots = Math.ceil(people / 4)
  const set = [
    `inventory.offers[0].slots=${slots}`,
    `inventory.offers[1].slots=${slots}`,
    'stack.bootSec=0.2',
    'stack.stations[0].slots=50',
    'stack.stations[0].backlog=20000',
    'journey[1].visits[0].serviceMs=2',
    'journey[1].visits[1].serviceMs=1',
  ]
  return ['smoke', '--instances', '4', '--fail-open', ...set.flatMap((one) => ['--set', one])]
}

interface Told {
  /** People who were told that they have booked. */
  readonly booked: Set<string>
  /** How often anybody was told so; more than people is a booking told of twice. */
  timesBooked: number
  readonly answers: Record<string, number>
}

const cookie = 'NetFUNNEL_ID=5002:200:key=connection_timeout'

async function book(pool: Pool, person: string, told: Told): Promise<void> {
  let answer = 'noAnswer'
  try {
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/booking/book',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({ person, birthYear: 1967 }),
      headersTimeout: 30_000,
    })
    const text = await body.text()
    answer = statusCode === 200 ? (JSON.parse(text) as { status: string }).status : `${statusCode}`
  } catch {
    // Reset or refused: nobody was told anything.
  }
  told.answers[answer] = (told.answers[answer] ?? 0) + 1
  if (answer !== 'ok') return
  told.booked.add(person)
  told.timesBooked++
}

/** Everybody twice, shuffled by a fixed stride, from 500 clients. */
async function bookAll(url: string, people: number): Promise<Told> {
  const pool = new Pool(url, { connections: 500 })
  const told: Told = { booked: new Set(), timesBooked: 0, answers: {} }
  let next = 0
  const client = async () => {
    for (let i = next++; i < people * 2; i = next++) await book(pool, `p${i % people}`, told)
  }
  await Promise.all(Array.from({ length: 500 }, client))
  await pool.close()
  return told
}

interface ProcessState {
  readonly role: string
  readonly pid?: number
}

/** False where it had ended by itself since it was listed. */
function killNow(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false
    throw error
  }
}

/** Kills an instance a second, another each time, and restarts PostgreSQL now and then. */
async function harm(stack: LiveStack, postgres: PrivatePostgres | null, isOver: () => boolean) {
  let killed = 0
  let restarted = 0
  while (!isOver()) {
    await pause(1000)
    const { body } = await control(stack, 'GET state')
    const processes = body['processes'] as readonly ProcessState[]
    const instances = processes.filter(({ role, pid }) => role === 'instance' && pid !== undefined)
    const victim = instances[killed % Math.max(1, instances.length)]
    if (victim?.pid !== undefined && !isOver() && killNow(victim.pid)) killed++
    if (postgres !== null && killed % 3 === 2 && !isOver()) {
      await postgres.restart('immediate')
      restarted++
    }
  }
  return { killed, restarted }
}

/** Everybody books, and all the while the stack is harmed. */
async function bookWhileHarmed(
  stack: LiveStack,
  postgres: PrivatePostgres | null,
  { people, kill }: Options,
) {
  let over = false
  const none = { killed: 0, restarted: 0 }
  const harming = kill ? harm(stack, postgres, () => over) : Promise.resolve(none)
  const booking = bookAll(stack.url, people).finally(() => {
    over = true
  })
  try {
    const [told, harmed] = await Promise.all([booking, harming])
    return { told, harmed }
  } finally {
    // A restart under way would bring PostgreSQL back after its removal.
    await Promise.allSettled([harming])
  }
}

/** Of those who were told, how many have no booking: each one that has is taken back. */
async function missing(stack: LiveStack, told: Told): Promise<number> {
  let count = 0
  for (const person of told.booked) {
    const { code } = await control(stack, `DELETE bookings/${person}`)
    if (code !== 200) count++
  }
  return count
}

/** Books, and holds the ledger against what was told: whether every promise was kept. */
async function isKeptBy(
  stack: LiveStack,
  postgres: PrivatePostgres | null,
  options: Options,
): Promise<boolean> {
  const { people, kill } = options
  const { told, harmed } = await bookWhileHarmed(stack, postgres, options)
  // What was restarted last comes up again.
  await pause(kill ? 5000 : 0)
  const { findings, booked, oversold } = (await control(stack, 'GET findings'))
    .body as unknown as StackFindings
  const lost = await missing(stack, told)
  const { answers, timesBooked } = told
  const database: Database = postgres === null ? 'pglite' : 'postgres'
  const line = { database, people, tries: people * 2, answers, told: told.booked.size, ...harmed }
  process.stdout.write(`${JSON.stringify({ ...line, booked, oversold, lost, findings })}\n`)
  const exact = kill || booked === told.booked.size
  const clean = findings['doubleBooking'] === 0 && oversold === 0
  return exact && clean && lost === 0 && timesBooked === told.booked.size
}

async function show(database: Database, options: Options): Promise<boolean> {
  const programs = database === 'postgres' ? findPostgres(process.env['PATH'] ?? '') : null
  if (database === 'postgres' && programs === null) throw new Error('there is no PostgreSQL here')
  const postgres = programs === null ? null : await startPostgres(programs)
  const where = postgres === null ? [] : ['--database', postgres.url]
  try {
    const stack = await startStackCommand([...stackArgs(options.people), ...where])
    try {
      return await isKeptBy(stack, postgres, options)
    } finally {
      await stack.stop()
    }
  } finally {
    await postgres?.remove()
  }
}

function databasesOf(text: string): Database[] {
  return text.split(',').map((name) => {
    if (name === 'pglite' || name === 'postgres') return name
    throw new InvalidArgumentError('There are pglite and postgres.')
  })
}

const options = new Command('npm run chaos --')
  .description('Books the last slots of the reference stack from many clients, while it is harmed.')
  .option('--people <n>', 'each tries twice', wholeNumber(1, 1_000_000), 10_000)
  .option('--databases <list>', 'of pglite,postgres', databasesOf, ['postgres', 'pglite'])
  .option('--no-kill', 'leave everything alive: then the ledger must equal what was told')
  .parse()
  .opts<Options>()
let isKept = true
for (const database of options.databases) isKept = (await show(database, options)) && isKept
process.exitCode = isKept ? 0 : 1
