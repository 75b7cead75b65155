import type { ChartName, Figure } from '../charts/charts.ts'
import { isMixed } from '../engine.ts'
import { reportTitle } from '../title.ts'
import type { ReportOptions, ReportRun } from '../types.ts'
import { documentHtml } from './document.ts'
import { html, type Markup } from './markup.ts'
import * as measured from './measured.ts'
import { headlines, opening } from './opening.ts'
import * as sections from './sections.ts'

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
    ${measured.latencies(runs)} ${measured.generator(runs)} ${measured.k6Runners(runs)}
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
  return documentHtml({ title: reportTitle(runs, options), body, figures })
}
