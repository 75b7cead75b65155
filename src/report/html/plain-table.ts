import type { PlainTable } from '../measured-tables.ts'
import { html, table, unbroken, type Column, type Markup } from './markup.ts'

const started = (title: string) => `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`

/** A figure with its range beneath. */
export function stacked({ mid, around }: { mid: string; around: string }): Markup {
  return html`${unbroken(mid)}<span class="around">${unbroken(around)}</span>`
}

/** A cell; a range stands beneath its middle. */
export function cellOf(text: string, kind: Column['kind'] | null = null): string | Markup {
  if (kind === 'code') return html`<code>${text}</code>`
  const [, mid = '', around = ''] = /^([^()]+) \(([^()]+ to [^()]+)\)$/.exec(text) ?? []
  return mid === '' ? unbroken(text) : stacked({ mid, around })
}

/** A `PlainTable` in the page; the first column is the row's own heading unless it is a figure. */
export function plainTable(
  { head, rows, rightFrom }: PlainTable,
  given: { caption: string; className?: string; kinds?: readonly (Column['kind'] | null)[] },
): Markup {
  const { caption, className, kinds = [] } = given
  return table({
    caption,
    ...(className === undefined ? {} : { className }),
    columns: head.map((title, at) => {
      const kind = kinds[at] ?? (at >= rightFrom ? 'num' : null)
      return kind === null ? { title: started(title) } : { title: started(title), kind }
    }),
    rows: rows.map((row) => row.map((cell, at) => cellOf(cell, kinds[at] ?? null))),
  })
}
