import { assert } from '../../core/assert.ts'
import { endNames, findingNames, outcomeNames } from '../../core/codes.ts'
import { objectivePaths } from '../../objectives/paths.ts'
import { liveFigureNames } from '../../objectives/stop-when.ts'

/** The tables of `docs/reference/objectives.md`, held to the paths that expressions can read. */

interface PathRow {
  readonly paths: readonly string[]
  readonly unit: string
  readonly means: string
}

const levelPaths = (name: string) => [name, `${name}.mean`, `${name}.max`]
const row = (paths: readonly string[] | string, unit: string, means: string): PathRow => ({
  paths: typeof paths === 'string' ? [paths] : paths,
  unit,
  means,
})

/** Ends of tickets that are kept over time too, and so stand in rows of their own. */
const otherEnds = endNames.filter((name) => name !== 'abandoned')

const pathRows: readonly PathRow[] = [
  row(
    'waitSec.#',
    's',
    'wait of everybody who queued (Kaplan–Meier), in scenario time; by the time of entry',
  ),
  row('admittedWaitSec.#', 's', 'wait of those who were admitted, in scenario time'),
  row(
    'etaErrorSec.#',
    's',
    'difference between the wait shown on entry and the real one, of the admitted',
  ),
  row('responseMs.#', 'ms', 'response time from the intended start, all steps, in wall time'),
  row('serviceMs.#', 'ms', 'response time from the actual send, all steps, in wall time'),
  row('steps.*.responseMs.#', 'ms', 'the same of one step, from the intended start'),
  row('steps.*.serviceMs.#', 'ms', 'the same of one step, from the actual send'),
  row('steps.*.connectMs.#', 'ms', 'time to connect, with TLS'),
  row('steps.*.count', 'requests', 'requests of a step'),
  row(
    outcomeNames.map((name) => `steps.*.outcomes.${name}`),
    'requests',
    'requests of a step by outcome',
  ),
  row('errorShare', '0 to 1', '(refused + timedOut + failed + dropped) / tickets'),
  row('requestErrorShare', '0 to 1', 'failed requests / requests'),
  row('bookedShare', '0 to 1', 'people who booked / people who may book'),
  row(['arrivals', 'visitors.arrived'], 'tickets', 'tickets issued'),
  row(['reentries', 'visitors.reentries'], 'tickets', 'tickets of people who came again'),
  row(['queued', 'visitors.queued'], 'tickets', 'tickets that had to wait'),
  row(['admitted', 'visitors.admitted'], 'tickets', 'tickets that the gate let in'),
  row(['bypassed', 'visitors.bypassed'], 'tickets', 'tickets that bypassed the gate'),
  row(['booked', 'people.booked'], 'bookings', 'bookings as the core commits them'),
  row(['abandoned', 'visitors.abandoned'], 'tickets', 'tickets that gave up waiting'),
  row('errors', 'tickets', 'tickets that ended in an error'),
  row(
    otherEnds.map((name) => `visitors.${name}`),
    'tickets',
    'tickets by their end',
  ),
  row(['requests', 'requestErrors'], 'requests', 'requests of the journey; those that failed'),
  row('people.eligible', 'people', 'people who may book'),
  row('people.came', 'people', 'people who came'),
  row('people.gaveUp', 'people', 'people who came and left without a booking'),
  row(levelPaths('waiting'), 'tickets', 'waiting in the queue'),
  row(levelPaths('inside'), 'tickets', 'admitted and not yet done'),
  row(levelPaths('pollsPerSec'), '1/s', 'polls of the waiting room'),
  row(levelPaths('instances'), 'instances', 'instances in service'),
  row(levelPaths('stations.*.busy'), 'slots', 'busy slots of a station, of all instances together'),
  row(levelPaths('stations.*.queue'), 'requests', 'requests in the backlog of a station'),
  row(levelPaths('stations.*.utilisation'), '0 to 1', 'busy slots / slots of a station'),
  row(
    ['opening.ticketsIn1Sec', 'opening.ticketsIn10Sec', 'opening.ticketsIn60Sec'],
    'tickets',
    'tickets issued in the first seconds',
  ),
  row(
    'opening.admitPerSec',
    '1/s',
    'rate of the gate over the first minute; no value without a rate gate',
  ),
  row(
    findingNames.map((name) => `findings.${name}`),
    'events',
    'what must not happen, counted from what did',
  ),
  row(['inventory.offered', 'inventory.left'], 'slots', 'slots on offer; slots left at the end'),
  row(
    ['collapse.fromSec', 'collapse.toSec'],
    's',
    'the longest stretch in which most requests failed, after the opening; no value if there was none',
  ),
  row('collapse.requestErrorShare', '0 to 1', 'share of failed requests in that stretch'),
]

const stopRows: readonly PathRow[] = [
  row(
    'requestErrorShare',
    '0 to 1',
    'failed requests / requests; applied to calls of the waiting room as well',
  ),
  row('errorShare', '0 to 1', 'tickets that ended in an error / tickets'),
  row(
    ['responseMs.p50', 'responseMs.p95', 'responseMs.p99'],
    'ms',
    'response times since the previous look, about a second ago',
  ),
  row('waiting', 'visitors', 'visitors in the queue'),
  row(['requests', 'requestErrors'], 'requests', 'of the run so far'),
  row(['arrivals', 'errors'], 'tickets', 'of the run so far'),
]

/** `steps.*.count` → `steps.<step>.count`, `waitSec.#` → `waitSec.<stat>`. */
function shown(path: string): string {
  const kind = path.startsWith('steps') ? '<step>' : '<station>'
  return `\`${path.replace('*', kind).replace('#', '<stat>')}\``
}

function tableOf(rows: readonly PathRow[], windowOf: ((path: string) => string) | null): string {
  const head = ['path', 'unit', ...(windowOf === null ? [] : ['window']), 'means']
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const body = rows.map(({ paths, unit, means }) => {
    const windows = windowOf === null ? [] : [[...new Set(paths.map(windowOf))].join(', ')]
    return line([paths.map(shown).join(', '), unit, ...windows, means])
  })
  return [line(head), `|${'---|'.repeat(head.length)}`, ...body].join('\n')
}

/** Paths of the rows against those that there are, either way; empty where they are the same. */
function missing(rows: readonly PathRow[], known: readonly string[]): string[] {
  const told = rows.flatMap(({ paths }) => paths)
  return [
    ...known.filter((path) => !told.includes(path)),
    ...told.filter((path, at) => !known.includes(path) || told.indexOf(path) !== at),
  ]
}

/** The page with its two tables written anew; the rest of it is written by hand. */
export function withObjectiveTables(page: string): string {
  const known = objectivePaths()
  const faults = [...missing(pathRows, [...known.keys()]), ...missing(stopRows, liveFigureNames)]
  assert(
    faults.length === 0,
    `paths without a row in objective-reference.ts, or rows without a path: ${faults.join(', ')}`,
  )
  const window = (path: string) => (known.get(path) === true ? 'yes' : 'no')
  const tables = { paths: tableOf(pathRows, window), 'stop rules': tableOf(stopRows, null) }
  return Object.entries(tables).reduce((text, [name, table]) => {
    const place = new RegExp(`(<!-- table: ${name} -->\n)[^]*?(\n<!-- end of table -->)`)
    assert(place.test(text), `the page has a place for the table of ${name}`)
    return text.replace(place, (_, head: string, tail: string) => `${head}\n${table}\n${tail}`)
  }, page)
}
