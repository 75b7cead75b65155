import type { CollapseMap, MapCell, Plan } from '../../../plan/plan-record.ts'
import type { ChartConfig } from '../../charts/config.ts'
import { formats } from '../../format.ts'
import { cellWords } from '../plan-words.ts'
import { mapChart, type MapLook } from './map.ts'
import { subtitleOf } from './over-instances.ts'

const cells = ['drains', 'slow', 'metastable', 'collapses'] as const

const kinds = cells.map((cell) => {
  const { word, sign } = cellWords[cell]
  return { key: cell, label: sign === '' ? word : `${word} ${sign}` }
})

type Extra = Pick<MapLook, 'dot' | 'plus' | 'outline'> & { readonly isInferred?: boolean }

function lookOf(cell: MapCell | undefined, given: Extra = {}): MapLook {
  if (cell === undefined) return { kind: '', colour: '@grid' }
  const { isInferred = false, ...extra } = given
  const sign = isInferred ? `(${cellWords[cell].sign})` : cellWords[cell].sign
  return { kind: cell, colour: `@${cell}`, ...(sign === '' ? {} : { text: sign }), ...extra }
}

const axesOf = (map: CollapseMap) => ({
  columns: { names: map.instances.map(String), title: 'Servers' },
  rows: {
    names: map.crowd.map((factor) => `${formats.number(factor)}×`),
    title: 'People who come (× the scenario’s)',
  },
})

/** Ink does not show on the darkest cells. */
const frameOn = (cell: MapCell | undefined) => (cell === 'collapses' ? '@metastable' : '@ink')

const flagAt = (column: number, label: string) => (column < 0 ? null : { flag: { column, label } })

/** Which systems drain, are slow, can be tipped or collapse, by servers and size of the crowd. */
export function collapseMap(plan: Plan): ChartConfig | null {
  const { collapseMap: map, recommendation } = plan
  if (map === null) return null
  const recommended = map.instances.findIndex((count) => count === recommendation.instances)
  const own = map.instances.indexOf(map.ownInstances)
  const cell = (column: number, row: number) =>
    lookOf(map.cell[column]?.[row], {
      dot: map.simulated[column]?.[row] === true,
      plus: map.recovers[column]?.[row] === true,
      isInferred: map.inferred[column]?.[row] === true,
      ...(column === own && map.crowd[row] === 1
        ? { outline: frameOn(map.cell[column]?.[row]) }
        : {}),
    })
  return mapChart({
    title: 'Collapse map',
    subtitle: `framed: the scenario itself · dot: simulated, the others lie between equal ones · in brackets: half that crowd collapses already · plus: twice the servers under load bring it back · ${formats.count(map.tries)} tries`,
    ...axesOf(map),
    maps: [{ title: '', cell }],
    kinds,
    ...(flagAt(recommended, `recommended: ${recommendation.instances}`) ??
      flagAt(own, `the scenario: ${map.ownInstances}`)),
    rowPx: 40,
  })
}

/** The same map at other numbers of tries, beside the plan's own; `null` where there are none. */
export function collapseByTries(plan: Plan): ChartConfig | null {
  const { collapseMap: map } = plan
  if (map === null || map.others.length === 0) return null
  const all = [...map.others, { tries: map.tries, cell: map.cell }].toSorted(
    (a, b) => a.tries - b.tries,
  )
  return mapChart({
    title: 'Collapse map by number of tries',
    subtitle: subtitleOf(plan),
    ...axesOf(map),
    maps: all.map(({ tries, cell }) => ({
      title: `${formats.count(tries)} ${tries === 1 ? 'try' : 'tries'}${tries === map.tries ? ', as in the collapse map' : ''}`,
      cell: (column, row) => lookOf(cell[column]?.[row]),
    })),
    kinds,
    rowPx: 20,
  })
}
