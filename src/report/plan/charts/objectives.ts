import type { Plan } from '../../../plan/plan-record.ts'
import type { ChartConfig } from '../../charts/config.ts'
import { formats } from '../../format.ts'
import { mapChart, type MapLook } from './map.ts'
import { subtitleOf } from './over-instances.ts'

/** Shares below these are of one shade each; the last shade is what was asked for. */
const bounds = [0.05, 0.25, 0.5, 0.75]

/** Which of six shades a probability has: 0 the palest, 5 where it is as high as asked for. */
export function shadeOf(value: number, asked: number): number {
  if (value >= asked) return 5
  return bounds.findLastIndex((bound) => value >= bound) + 1
}

function shades(asked: number): { key: string; label: string }[] {
  const from = [0, ...bounds]
  const text = formats.share
  return [
    ...from.map((low, at) => ({
      key: String(at),
      label:
        at === 0 ? `under ${text(bounds[0])}` : `${text(low)} to ${text(from[at + 1] ?? asked)}`,
    })),
    { key: '5', label: `${text(asked)} or more` },
  ]
}

/** Each objective by itself: how probably it holds, by number of servers. */
export function objectives({ header, candidates, ...rest }: Plan): ChartConfig | null {
  if (header.slo.length === 0) return null
  // The first objective stands on top.
  const exprs = header.slo.toReversed()
  const cell = (column: number, row: number): MapLook => {
    const at = exprs.length - 1 - row
    const holds = candidates[column]?.objectives[at]?.pHolds.value
    if (holds === undefined) return { kind: '', colour: '@grid' }
    const shade = shadeOf(holds, header.probability)
    return {
      kind: String(shade),
      colour: `@scale${shade}`,
      text: formats.share(Math.floor(holds * 100) / 100),
    }
  }
  return mapChart({
    title: 'Each objective by itself',
    subtitle: `probability that it holds · ${subtitleOf({ header, candidates, ...rest })}`,
    columns: {
      names: candidates.map(({ instances }) => String(instances)),
      title: 'Servers',
    },
    rows: { names: exprs, title: '' },
    maps: [{ title: '', cell }],
    kinds: shades(header.probability),
    rowPx: 52,
  })
}
