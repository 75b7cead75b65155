import { escapeHtml } from '../escape.ts'
import { runStyle } from '../charts/palette.ts'
import type { ReportRun } from '../types.ts'

/** HTML that is safe to insert into the page; only this file makes it. */
export interface Markup {
  readonly html: string
}

/**
 * Template for HTML: inserted values are escaped, unless they are `Markup` or a list of it. So no
 * text from outside can become markup by mistake.
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Markup {
  let out = parts[0] ?? ''
  values.forEach((value, at) => {
    out += rendered(value) + (parts[at + 1] ?? '')
  })
  return { html: out }
}

type Value = string | number | Markup | null | readonly Markup[]

function rendered(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  if ('html' in value) return value.html
  return value.map((item) => item.html).join('')
}

export interface Column {
  title: string | Markup
  /**
   * `num` to the right, `keep` not wrapped, `name` a word or two, `head` the row's own heading, `long`
   * whole sentences, `code` what a scenario says.
   */
  kind?: 'num' | 'keep' | 'name' | 'head' | 'long' | 'code'
}

/** A table that scrolls on a narrow screen, by keyboard too. */
export function table(given: {
  caption: string
  columns: readonly Column[]
  rows: readonly (readonly (string | Markup)[])[]
  className?: string
}): Markup {
  const { caption, columns, rows, className = 'wide' } = given
  const heads = columns.map(
    ({ title, kind }) => html`<th scope="col" class="${kind ?? 'text'}">${title}</th>`,
  )
  const cell = (value: string | Markup, at: number) => {
    const kind = columns[at]?.kind ?? 'text'
    return kind === 'head'
      ? html`<th scope="row">${value}</th>`
      : html`<td class="${kind}">${value}</td>`
  }
  return html`<div class="scroll ${className}" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          ${heads}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map(cell)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `
}

/** The line of a run as the charts draw it, for lists and tables. */
export function swatch(index: number): Markup {
  const { colour, dash } = runStyle(index)
  return html`<svg class="swatch" width="38" height="8" aria-hidden="true">
    <line
      class="${colour.slice(1)}"
      x1="0"
      y1="4"
      x2="38"
      y2="4"
      stroke-dasharray="${dash.join(' ')}"
    />
  </svg>`
}

/** Ok or not: a sign and a word, colour only besides. */
export function verdictMark(ok: boolean, words: [string, string] = ['ok', 'not ok']): Markup {
  return ok
    ? html`<span class="tag yes">✓ ${words[0]}</span>`
    : html`<span class="tag no">✕ ${words[1]}</span>`
}

/** Keeps a number and its unit on one line: `3.11 M`, `1 h 56 min`. */
export function unbroken(text: string): string {
  return text.replaceAll(/(?<=\d) (?=(?:M|k|bn|d|h|min|s|ms)\b)|(?<=[<>]) (?=\d)/g, '\u00a0')
}

/** A column a run, headed as the charts draw it. */
export function runColumns(runs: readonly ReportRun[]): { title: Markup }[] {
  return runs.map(({ label }, index) => ({ title: html`${swatch(index)}${label}` }))
}

/** Reasons and notes, one a line; nothing where there are none. */
export function reasons(lines: readonly string[]): Markup | null {
  if (lines.length === 0) return null
  return html`<ul class="because">
    ${lines.map((line) => html`<li>${unbroken(line)}</li> `)}
  </ul>`
}
