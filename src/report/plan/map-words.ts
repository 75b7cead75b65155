import type { CollapseMap, MapCell } from '../../plan/plan-record.ts'
import type { MapTrigger } from '../../plan/map-trigger.ts'
import { formats } from '../format.ts'
import { wordsFor, type WordsOf } from '../coded-words.ts'
import { listText, serversText } from './plan-words.ts'

/** What the collapse map shows: the scenario's own place first, then the borders. */
export function mapSays(map: CollapseMap): string[] {
  return [ownPlace(map), border(map), tipped(map), broughtBack(map), ...byTries(map)].filter(
    (line) => line !== '',
  )
}

const triggers: WordsOf<MapTrigger> = {
  HalfOfServersAway: ({ atSec, forSec }) =>
    `${formats.duration(atSec)} after the opening half of the servers are away for ` +
    `${formats.duration(forSec)} while the gate keeps its rate (with one server, the gate admits twice as many instead)`,
  Text: ({ text }) => text,
}

export const triggerText = (trigger: MapTrigger): string => wordsFor(triggers, trigger)

const crowdText = (factor: number) => `${formats.number(factor)}×`
const holds = (cell: MapCell | undefined) => cell !== undefined && cell !== 'collapses'

const fates: Record<MapCell, string> = {
  drains: 'drains, and a trigger does not tip it',
  slow: 'does not collapse, but is not drained before the end',
  metastable: 'does not collapse by itself, but a trigger tips it',
  collapses: 'collapses by itself',
}

function ownPlace(map: CollapseMap): string {
  const [i, j] = [map.instances.indexOf(map.ownInstances), map.crowd.indexOf(1)]
  const cell = map.cell[i]?.[j]
  if (cell === undefined) return ''
  const back = map.recovers[i]?.[j]
  const helped = {
    true: '; twice the servers, added under load without a halt, bring it back',
    false: '; twice the servers, added under load without a halt, do not bring it back',
  }
  const then = back === true || back === false ? helped[`${back}`] : ''
  return `With the scenario’s ${serversText(map.ownInstances)} and its whole crowd it ${fates[cell]}${then}.`
}

/** Runs of neighbouring counts as text: `1 to 4, 8`. */
function countsText(counts: readonly number[], all: readonly number[]): string {
  const spans: number[][] = []
  for (const count of counts) {
    const last = spans.at(-1)
    const isNext = last !== undefined && all.indexOf(count) === all.indexOf(last.at(-1) ?? -1) + 1
    if (isNext) last.push(count)
    else spans.push([count])
  }
  const parts = spans.map((span) =>
    span.length < 3 ? span.join(' and ') : `${span[0]} to ${span.at(-1)}`,
  )
  return `${parts.join(', ')} ${counts.length === 1 && counts[0] === 1 ? 'server' : 'servers'}`
}

/** The largest crowd that each count carries, together with all smaller ones, without any trigger. */
function border({ instances, crowd, cell }: CollapseMap): string {
  const byCrowd = new Map<number, number[]>()
  instances.forEach((count, i) => {
    const first = crowd.findIndex((_, j) => !holds(cell[i]?.[j]))
    const carried = first < 0 ? crowd.length : first
    byCrowd.set(carried, [...(byCrowd.get(carried) ?? []), count])
  })
  const parts = [...byCrowd]
    .toSorted(([a], [b]) => b - a)
    .map(([carried, counts]) => {
      const who = countsText(counts, instances)
      const next = crowd[carried - 1]
      return next === undefined
        ? `${who} not even ${crowdText(crowd[0] ?? 0)}`
        : `${who} up to ${crowdText(next)}`
    })
  return `Crowds that do not collapse without a trigger: ${parts.join('; ')}.`
}

function placesOf(map: CollapseMap, isSo: (i: number, j: number) => boolean): string[] {
  return map.instances.flatMap((count, i) =>
    map.crowd.flatMap((factor, j) =>
      isSo(i, j) ? [`${serversText(count)} at ${crowdText(factor)}`] : [],
    ),
  )
}

/** Further ones are counted, not named. */
const maxNamed = 6

function named(places: readonly string[]): string {
  if (places.length === 0) return ''
  const shown = places.slice(0, maxNamed)
  const more = places.length - shown.length
  return ` (${more > 0 ? `${shown.join(', ')} and ${more} more` : listText(shown)})`
}

function tipped(map: CollapseMap): string {
  const standing = placesOf(map, (i, j) => holds(map.cell[i]?.[j]))
  const tips = placesOf(map, (i, j) => map.cell[i]?.[j] === 'metastable')
  if (standing.length === 0) return ''
  return `The trigger tips ${tips.length} of the ${standing.length} cells that do not collapse by themselves${named(tips)}.`
}

function broughtBack(map: CollapseMap): string {
  const down = placesOf(map, (i, j) => (map.recovers[i]?.[j] ?? null) !== null)
  const back = placesOf(map, (i, j) => map.recovers[i]?.[j] === true)
  if (down.length === 0) return ''
  return (
    `Of the ${down.length} simulated cells that stay down, twice the servers, added under load ` +
    `without a halt, bring back ${back.length}${named(back)}.`
  )
}

function byTries(map: CollapseMap): string[] {
  const count = (cell: CollapseMap['cell']) => cell.flat().filter(holds).length
  const own = count(map.cell)
  return map.others.map(({ tries, cell }) => {
    const more = count(cell) - own
    const said = more === 0 ? 'as many' : `${Math.abs(more)} ${more > 0 ? 'more' : 'fewer'}`
    const how = `${formats.count(tries)} ${tries === 1 ? 'retry' : 'retries'} instead of ${formats.count(map.tries)}`
    return `With ${how}, ${said} cells do not collapse by themselves.`
  })
}
