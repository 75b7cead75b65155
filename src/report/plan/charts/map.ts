import type { Axis, AxisReading, Band, Box, ChartConfig, Dataset } from '../../charts/config.ts'

/** A map of cells, or several of them one above the other, over the same columns. */
export interface MapGiven {
  readonly title: string
  readonly subtitle: string
  readonly columns: { readonly names: readonly string[]; readonly title: string }
  readonly rows: { readonly names: readonly string[]; readonly title: string }
  readonly maps: readonly {
    /** '' where there is one map only. */
    readonly title: string
    readonly cell: (column: number, row: number) => MapLook
  }[]
  readonly kinds: readonly { readonly key: string; readonly label: string }[]
  /** A flag above a column. */
  readonly flag?: { readonly column: number; readonly label: string }
  readonly rowPx: number
}

export interface MapLook extends Pick<Box, 'text' | 'outline' | 'dot' | 'plus'> {
  /** Which of `kinds` it is. */
  readonly kind: string
  readonly colour: string
}

/** One kind's places: unseen points that carry legend and tooltip. */
function placesOf(
  given: { key: string; label: string; colour: string; legend: boolean; axis: string },
  data: [number, number][],
): Dataset {
  return {
    label: given.label,
    data,
    yAxisID: given.axis,
    borderColor: '@rule',
    backgroundColor: given.colour,
    borderWidth: 1,
    pointRadius: 0,
    pointBorderWidth: 0,
    pointStyle: 'rect',
    showLine: false,
    key: `${given.key}-${given.axis}`,
    legend: given.legend,
  }
}

function box(look: MapLook, at: { axis: string; column: number; row: number }): Box {
  const { kind: _kind, ...drawn } = look
  return {
    kind: 'box',
    axis: at.axis,
    x: [at.column - 0.5, at.column + 0.5],
    y: [at.row - 0.5, at.row + 0.5],
    insetPx: 0.75,
    ...drawn,
  }
}

const steps = (count: number) => Array.from({ length: count }, (_, at) => at)

/** A band without width: its pole ends above the cells, so none is crossed. */
const flagOf = ({ column, label }: { column: number; label: string }): Band => ({
  from: column,
  to: column,
  label,
  colour: '@ink',
})

/** Cells over named columns and rows; the first row lies at the foot. */
export function mapChart(given: MapGiven): ChartConfig {
  const { columns, rows, maps, kinds, flag } = given
  const xs = steps(columns.names.length)
  const ys = steps(rows.names.length)
  const scales: [string, Axis][] = []
  const axes: Record<string, AxisReading> = {
    x: { format: 'names', names: [...columns.names], at: xs, gapPx: 26 },
  }
  const datasets: Dataset[] = []
  const shapes: Box[] = []
  const isTitled = maps.length > 1
  maps.forEach(({ cell }, place) => {
    const axis = `y${place}`
    scales.push([
      axis,
      {
        type: 'linear',
        axis: 'y',
        position: 'left',
        stack: 'panels',
        stackWeight: 1,
        min: -0.5,
        max: ys.length - 0.5 + (isTitled ? Math.max(1, ys.length * 0.16) : 0),
        title: { display: true, text: rows.title },
      },
    ])
    axes[axis] = { format: 'names', names: [...rows.names], at: ys }
    const looks = ys.flatMap((row) =>
      xs.map((column) => ({ at: [column, row] as [number, number], look: cell(column, row) })),
    )
    shapes.push(...looks.map(({ at, look }) => box(look, { axis, column: at[0], row: at[1] })))
    for (const { key, label } of kinds) {
      const own = looks.filter(({ look }) => look.kind === key)
      const colour = own[0]?.look.colour
      // A kind that stands in a later map alone has its legend there.
      const isNamed = datasets.some((dataset) => dataset.label === label)
      if (colour !== undefined)
        datasets.push(
          placesOf(
            { key, label, colour, legend: !isNamed, axis },
            own.map(({ at }) => at),
          ),
        )
    }
  })
  return {
    type: 'line',
    data: { datasets },
    options: {
      scales: {
        ...Object.fromEntries(scales.toReversed()),
        x: {
          type: 'linear',
          position: 'bottom',
          min: -0.5,
          max: xs.length - 0.5,
          title: { display: true, text: columns.title },
        },
      },
      plugins: {
        title: { text: given.title },
        subtitle: { text: given.subtitle },
        dambreak: {
          heightPx: 130 + maps.length * (ys.length + (isTitled ? 1.5 : 0)) * given.rowPx,
          axes,
          panels: isTitled ? maps.map(({ title }, at) => ({ axis: `y${at}`, title })) : [],
          bands: flag === undefined ? [] : [flagOf(flag)],
          lines: [],
          segmentLabels: false,
          noData: xs.length * ys.length === 0 ? 'nothing to map' : null,
          shapes,
        },
      },
    },
  }
}
