import { must } from '../core/assert.ts'
import { minCollapseSec, type Outcome } from './outcome.ts'
import type { Outcomes } from './outcomes.ts'
import type { CollapseMap, MapCell } from './plan-record.ts'
import type { Trigger } from './shape.ts'
import type { Trial } from './trial.ts'

/** Which cells to look at, and what they are. */
export interface Grid {
  readonly rows: number
  readonly columns: number
  /** Cells to be asked for in any case, with the first. */
  readonly also?: readonly (readonly [number, number])[]
}

export interface Refined<Cell> {
  readonly cell: readonly (readonly Cell[])[]
  /** Cells that were asked for; the others lie between equal ones. */
  readonly asked: readonly (readonly boolean[])[]
}

/** At the start no two cells that are asked for are further apart than this. */
const coarsest = 4

/**
 * The whole grid from as few cells as its boundaries take: a coarse lattice first; a rectangle whose
 * four corners are equal is filled, any other is cut in two along its longer side. A region smaller
 * than the lattice, with nothing of it on a line between lattice points, goes unseen.
 * `classify` is asked for each round's cells together, as [row, column].
 */
export async function refineGrid<Cell>(
  { rows, columns, also = [] }: Grid,
  classify: (cells: readonly (readonly [number, number])[]) => Promise<readonly Cell[]>,
): Promise<Refined<Cell>> {
  const known = new Map<number, Cell>()
  const at = (i: number, j: number) => known.get(i * columns + j)
  const filled = new Map<number, Cell>()
  let open = latticeOf(rows, columns)
  let extra = also.map(([i, j]) => i * columns + j)
  while (open.length > 0) {
    const corners = new Set([...open.flatMap(cornersOf(columns)), ...extra])
    extra = []
    const missing = [...corners].filter((id) => !known.has(id)).toSorted((a, b) => a - b)
    const cells = missing.map((id): [number, number] => [Math.floor(id / columns), id % columns])
    const found = cells.length === 0 ? [] : await classify(cells)
    missing.forEach((id, k) => known.set(id, must(found[k], 'a cell for each that was asked for')))
    open = open.flatMap((box) => {
      const first = must(at(box.i0, box.j0), 'a corner')
      const isEven = cornersOf(columns)(box).every((id) => known.get(id) === first)
      if (!isEven) return cutInTwo(box)
      for (let i = box.i0; i <= box.i1; i++) {
        for (let j = box.j0; j <= box.j1; j++) filled.set(i * columns + j, first)
      }
      return []
    })
  }
  const cell = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) =>
      must(at(i, j) ?? filled.get(i * columns + j), 'a cell of the grid'),
    ),
  )
  const asked = cell.map((row, i) => row.map((_, j) => known.has(i * columns + j)))
  return { cell, asked }
}

/** Corners included. */
interface Box {
  readonly i0: number
  readonly i1: number
  readonly j0: number
  readonly j1: number
}

function cornersOf(columns: number) {
  return ({ i0, i1, j0, j1 }: Box): number[] => [
    i0 * columns + j0,
    i0 * columns + j1,
    i1 * columns + j0,
    i1 * columns + j1,
  ]
}

function latticeOf(rows: number, columns: number): Box[] {
  const spans = (count: number) => {
    if (count === 1) return [[0, 0] as const]
    const parts = Math.ceil((count - 1) / coarsest)
    const ends = Array.from({ length: parts + 1 }, (_, k) => Math.round((k * (count - 1)) / parts))
    return ends.slice(1).map((end, k) => [ends[k] ?? 0, end] as const)
  }
  return spans(rows).flatMap(([i0, i1]) => spans(columns).map(([j0, j1]) => ({ i0, i1, j0, j1 })))
}

function cutInTwo(box: Box): Box[] {
  const { i0, i1, j0, j1 } = box
  if (i1 - i0 <= 1 && j1 - j0 <= 1) return []
  if (i1 - i0 >= j1 - j0) {
    const middle = (i0 + i1) >> 1
    return [
      { ...box, i1: middle },
      { ...box, i0: middle },
    ]
  }
  const middle = (j0 + j1) >> 1
  return [
    { ...box, j1: middle },
    { ...box, j0: middle },
  ]
}

export interface MapOptions {
  readonly outcomes: Outcomes
  readonly instances: readonly number[]
  /** Ascending. */
  readonly crowd: readonly number[]
  /** Servers of the scenario: what they do with its own crowd is simulated in any case. */
  readonly ownInstances: number
  /** The scenario's own retry tries, and others to draw the map at. */
  readonly tries: number
  readonly otherTries: readonly number[]
  /** Seconds from the opening to the end. */
  readonly windowSec: number
}

/** More rows than these would cost more than they show. */
const maxRows = 12

/** The counts that a map has rows for: all, or a dozen, closer together where there are few servers. */
export function mapCounts(counts: readonly number[]): number[] {
  if (counts.length <= maxRows) return [...counts]
  const ratio = counts.length ** (1 / (maxRows - 1))
  const places = Array.from({ length: maxRows }, (_, k) => Math.round(ratio ** k) - 1)
  // Where the first few round to the same place, the next free one is taken.
  let last = -1
  return places.map((place) => {
    last = Math.min(counts.length - 1, Math.max(place, last + 1))
    return must(counts[last], 'a count of the map')
  })
}

/** When half the servers go and for how long: three minutes, ten minutes after the opening. */
export function triggerOf(windowSec: number): Trigger {
  return {
    atSec: Math.min(600, windowSec / 6),
    forSec: Math.min(180, windowSec / 12),
    doubleAtSec: null,
  }
}

/** Instances × crowd at the middle of all parameters, and the same at other numbers of tries. */
export async function collapseMap(options: MapOptions): Promise<CollapseMap> {
  const { instances, crowd, tries, otherTries, windowSec } = options
  const own = [instances.indexOf(options.ownInstances), crowd.indexOf(1)] as const
  const also = own.includes(-1) ? [] : [own]
  const { cell, simulated, inferred } = await mapAt(options, { tries, also })
  const recovers = await recoveries(cell, simulated, options)
  const others: { tries: number; cell: MapCell[][] }[] = []
  // The more tries the dearer for the system: the cheap map first.
  for (const other of otherTries.toSorted((a, b) => b - a)) {
    const bound = (i: number, j: number) => boundOf(must(cell[i]?.[j], 'a cell'), other - tries)
    const refined = await mapAt(options, { tries: other, bound })
    others.push({ tries: other, cell: refined.cell.map((row) => [...row]) })
  }
  const { atSec, forSec } = triggerOf(windowSec)
  return {
    instances,
    crowd,
    ownInstances: options.ownInstances,
    cell,
    simulated,
    inferred,
    recovers,
    tries,
    trigger: { code: 'HalfOfServersAway', atSec, forSec },
    others: others.toSorted((a, b) => a.tries - b.tries),
  }
}

/** More tries save no cell that collapses, fewer harm none that drains. */
function boundOf(cell: MapCell, moreTries: number): MapCell | null {
  return cell === (moreTries > 0 ? 'collapses' : 'drains') ? cell : null
}

type Place = readonly [row: number, column: number]

/** A crowd so many times as large as one that was too large is too large as well. */
const farBeyond = 2

interface MapAsked {
  readonly tries: number
  /** Cells to be simulated in any case. */
  readonly also?: readonly Place[]
  /** What another map says of a cell. */
  readonly bound?: (i: number, j: number) => MapCell | null
}

/** The map at a number of tries, from few simulations. */
async function mapAt(options: MapOptions, { tries, also = [], bound = () => null }: MapAsked) {
  const { instances, crowd } = options
  const grid = { rows: instances.length, columns: crowd.length, also }
  /** The smallest crowd seen to collapse, by row. */
  const tooMany = new Map<number, number>()
  const crowdAt = (j: number) => must(crowd[j], 'a column of the map')
  const guessed = new Set<number>()
  const knownOf = ([i, j]: Place): MapCell | null => {
    if (also.some(([row, column]) => row === i && column === j)) return null
    return crowdAt(j) >= farBeyond * (tooMany.get(i) ?? Infinity) ? 'collapses' : bound(i, j)
  }
  // The smallest crowds first: they are the cheapest, and tell what need not be run.
  const classify = async (cells: readonly Place[]) => {
    const found = new Map<Place, MapCell>()
    const columns = new Set(cells.map(([, j]) => j))
    for (const column of [...columns].toSorted((a, b) => a - b)) {
      const here = cells.filter(([, j]) => j === column)
      const open: Place[] = []
      for (const place of here) {
        const known = knownOf(place)
        if (known === null) open.push(place)
        else {
          found.set(place, known)
          guessed.add(place[0] * crowd.length + column)
        }
      }
      const kinds = await classified(
        open.map(([i, j]) => trialAt(options, { i, j, tries })),
        options,
      )
      open.forEach((place, k) => {
        const kind = must(kinds[k], 'a cell for each that was asked for')
        found.set(place, kind)
        if (kind !== 'collapses') return
        const [i] = place
        tooMany.set(i, Math.min(tooMany.get(i) ?? Infinity, crowdAt(column)))
      })
    }
    return cells.map((place) => must(found.get(place), 'a cell'))
  }
  const { cell, asked } = await refineGrid(grid, classify)
  const isGuessed = (i: number, j: number) => guessed.has(i * crowd.length + j)
  return {
    cell,
    simulated: asked.map((row, i) => row.map((was, j) => was && !isGuessed(i, j))),
    inferred: cell.map((row, i) => row.map((_, j) => isGuessed(i, j))),
  }
}

function trialAt(
  { instances, crowd, tries: own }: MapOptions,
  { i, j, tries }: { i: number; j: number; tries: number },
): Trial {
  return {
    instances: must(instances[i], 'a row of the map'),
    crowd: must(crowd[j], 'a column of the map'),
    draw: null,
    ...(tries === own ? {} : { tries }),
  }
}

async function classified(trials: readonly Trial[], options: MapOptions): Promise<MapCell[]> {
  const { outcomes, windowSec } = options
  const plain = await outcomes.of(trials)
  const trigger = triggerOf(windowSec)
  // What collapses by itself needs no trigger.
  const holding = trials.filter((_, k) => plain[k]?.collapsed === false)
  const tripped = await outcomes.of(holding.map((trial) => ({ ...trial, trigger })))
  const after = new Map(holding.map((trial, k) => [trial, tripped[k]]))
  return trials.map((trial, k): MapCell => {
    const outcome = must(plain[k], 'a cell')
    if (outcome.collapsed) return 'collapses'
    const pushed = after.get(trial)
    const fromSec = trigger.atSec + trigger.forSec
    if (pushed !== undefined && staysDown(pushed, fromSec, windowSec)) return 'metastable'
    return outcome.drainSec === null ? 'slow' : 'drains'
  })
}

/** Whether most requests still fail so long after `fromSec` that it counts as a collapse of its own. */
function staysDown(
  { collapsed, collapseUntilSec }: Outcome,
  fromSec: number,
  windowSec: number,
): boolean {
  const minSec = minCollapseSec(windowSec)
  return collapsed && collapseUntilSec !== null && collapseUntilSec - fromSec >= minSec
}

/**
 * Of those cells that were simulated and are down: whether twice the servers, so long after the
 * trigger that it is a collapse and with the gate at its old rate, bring them back. What is no longer
 * down by then without them is not theirs to bring back.
 */
async function recoveries(
  cell: readonly (readonly MapCell[])[],
  asked: readonly (readonly boolean[])[],
  options: MapOptions,
): Promise<(boolean | null)[][]> {
  const { outcomes, windowSec } = options
  const trigger = triggerOf(windowSec)
  const doubleAtSec = trigger.atSec + trigger.forSec + minCollapseSec(windowSec)
  const down = cell.flatMap((row, i) =>
    row.flatMap((kind, j) => {
      const wentDown = kind === 'metastable' || kind === 'collapses'
      return wentDown && asked[i]?.[j] === true ? [{ i, j, kind }] : []
    }),
  )
  const trials = down.map(({ i, j, kind }) => {
    const trial = trialAt(options, { i, j, tries: options.tries })
    return {
      left: kind === 'collapses' ? trial : { ...trial, trigger },
      helped: { ...trial, trigger: { ...trigger, doubleAtSec } },
    }
  })
  const isDown = (outcome: Outcome) => staysDown(outcome, doubleAtSec, windowSec)
  // Known since the cells were told apart.
  const alone = await outcomes.of(trials.map(({ left }) => left))
  const lasting = down.filter((_, k) => isDown(must(alone[k], 'a cell')))
  const found = await outcomes.of(
    trials.filter((_, k) => lasting.includes(must(down[k], 'a cell'))).map(({ helped }) => helped),
  )
  const recovers = cell.map((row) => row.map((): boolean | null => null))
  lasting.forEach(({ i, j }, k) => {
    const row = must(recovers[i], 'a row of the map')
    row[j] = !isDown(must(found[k], 'a cell'))
  })
  return recovers
}
