import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ChartConfig } from '../charts/config.ts'
import { themes } from '../charts/palette.ts'
import { drawnTexts, jsonForScript, sourceForScript } from '../escape.ts'
import { fontFaces, fontFamily } from '../fonts.ts'
import { html, type Markup } from './markup.ts'
import type { PageData } from './page-data.ts'
import { styleSheet } from './style.ts'

/** Chart.js for the browser, as the package ships it. */
function chartLibrary(): string {
  const main = createRequire(import.meta.url).resolve('chart.js')
  return readFileSync(join(dirname(main), 'chart.umd.min.js'), 'utf8')
}

/** Draws the charts with the very code that drew the PNGs. */
const pageScript = () => readFileSync(new URL('./page.bundle.js', import.meta.url), 'utf8')

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** A policy under which nothing runs or loads but what stands in this file as it was written. */
function policy(scripts: readonly string[], style: string): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(style)}`,
    'font-src data:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}

/** What a page shows: its charts are drawn where the body has their figures, by name. */
export interface PageParts {
  readonly title: string
  readonly body: Markup
  readonly figures: readonly { readonly name: string; readonly config: ChartConfig }[]
}

/** A page of any report as one HTML file that needs no network. */
export function documentHtml({ title, body, figures }: PageParts): string {
  const charts = Object.fromEntries(figures.map(({ name, config }) => [name, drawnTexts(config)]))
  const data: PageData = { charts, themes, fontFamily: `'${fontFamily}', system-ui, sans-serif` }
  const json = jsonForScript(data)
  const style = `${fontFaces(body.html + title + json)}${styleSheet}`
  const library = sourceForScript(chartLibrary())
  const script = sourceForScript(pageScript())
  const head = html`<meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy([library, script], style)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="referrer" content="no-referrer" />
    <title>${title}</title>`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    head.html,
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    body.html,
    `<script type="application/json" id="report-data">${json}</script>`,
    `<script>${library}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n')
}
