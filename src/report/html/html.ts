import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ChartName, Figure } from '../charts/charts.ts'
import { themes } from '../charts/palette.ts'
import { createAxes } from '../charts/axes.ts'
import { createDrawings } from '../charts/drawings.ts'
import { createRuntime } from '../charts/runtime.ts'
import { isMixed } from '../engine.ts'
import { jsonForScript, sourceForScript } from '../escape.ts'
import { fontFaces, fontFamily } from '../fonts.ts'
import { createFormats } from '../format.ts'
import { reportTitle } from '../title.ts'
import type { ReportOptions, ReportRun } from '../types.ts'
import { html, type Markup } from './markup.ts'
import { mountPage, type PageData } from './page.ts'
import * as measured from './measured.ts'
import { headlines, opening } from './opening.ts'
import * as sections from './sections.ts'
import { styleSheet } from './style.ts'

/** Chart.js for the browser, as the package ships it. */
function chartLibrary(): string {
  const main = createRequire(import.meta.url).resolve('chart.js')
  return readFileSync(join(dirname(main), 'chart.umd.min.js'), 'utf8')
}

/** Our own functions as text: the page draws with the very code that drew the PNGs. */
function pageScript(): string {
  return `'use strict';
const createFormats = ${createFormats.toString()};
const createAxes = ${createAxes.toString()};
const createDrawings = ${createDrawings.toString()};
const createRuntime = ${createRuntime.toString()};
const formats = createFormats();
const mountPage = ${mountPage.toString()};
mountPage(globalThis.Chart, createRuntime(createAxes(formats), createDrawings(formats)), globalThis);`
}

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

function bodyOf(
  runs: readonly ReportRun[],
  options: ReportOptions,
  figures: readonly Figure[],
): Markup {
  const first: ChartName[] = ['evening', 'waiting', 'outcomes']
  const named = (name: ChartName) => figures.filter((figure) => figure.name === name)
  const rest = figures.filter(({ name }) => ![...first, 'sweep'].includes(name))
  const records = runs.map(({ run }) => run)
  return html`<main class="${isMixed(records) ? 'page mixed' : 'page'}">
    ${opening(runs, options)} ${headlines(runs)} ${measured.comparison(runs)}
    ${sections.figuresTable(runs)}
    <section aria-labelledby="pictures">
      <h2 id="pictures">The opening in pictures</h2>
      <p class="note">
        ${
          runs.length > 1
            ? `The first run is the ${isMixed(records) ? 'broad' : 'strong'} line; the shaded stretches and dashed marks are its own.`
            : 'The shaded stretches and dashed marks say what befell the run.'
        }
        Click a name below a chart to hide or show that run.
      </p>
      ${first.flatMap(named).map(sections.figure)}
    </section>
    ${sections.reported(runs)} ${sections.slo(runs)} ${measured.events(runs)}
    ${measured.latencies(runs)} ${measured.generator(runs)}
    ${sections.instances(options.sweep ?? [], named('sweep')[0])}
    <section aria-labelledby="detail">
      <h2 id="detail">In detail</h2>
      ${rest.map(sections.figure)}
    </section>
    ${sections.findings(runs)} ${sections.assumptions(runs)} ${sections.unknowable(runs)}
    ${sections.audit(runs)}
    <footer>
      Made by dambreak from the runs’ records alone. The figures are those of single runs at the
      middle values of their parameters.
    </footer>
  </main>`
}

/** The report as one HTML file that needs no network. */
export function reportHtml(
  runs: readonly ReportRun[],
  options: ReportOptions,
  figures: readonly Figure[],
): string {
  const body = bodyOf(runs, options, figures)
  const charts = Object.fromEntries(figures.map(({ name, config }) => [name, config]))
  const data: PageData = { charts, themes, fontFamily: `'${fontFamily}', system-ui, sans-serif` }
  const json = jsonForScript(data)
  const title = reportTitle(runs, options)
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
