import { findingNames } from '../../core/codes.ts'
import { msToSec } from '../../core/units.ts'
import {
  changedFrom,
  evidenceOrder,
  groupedEvidence,
  sourceText,
  unknowns,
  valueText,
} from '../assumptions.ts'
import { minuteAt, runClock } from '../clock.ts'
import type { Figure } from '../charts/charts.ts'
import { engineWords, isSimulated, resultWord } from '../engine.ts'
import { figureRows } from '../figures.ts'
import { formats, unknownText } from '../format.ts'
import { limitsOfAll } from '../limits.ts'
import { unreportedText } from '../scale.ts'
import { sloRows } from '../slo.ts'
import type { SweepRow } from '../sweep.ts'
import type { ReportRun } from '../types.ts'
import { invalidTexts } from '../verdict-words.ts'
import { evidenceMeaning, findingText, findingWords, kindOfRow, targetText } from '../words.ts'
import { html, runColumns, table, verdictMark, type Markup } from './markup.ts'

type Runs = readonly ReportRun[]

export function figuresTable(runs: Runs): Markup {
  const rows = figureRows(runs.map(({ run }) => run))
  return html`<section aria-labelledby="figures">
    <h2 id="figures">The figures</h2>
    ${table({
      caption: 'One column a run; waits of all who queued count those who gave up as not let in',
      className: 'figures base',
      columns: [{ title: '', kind: 'head' }, ...runColumns(runs)],
      rows: rows.map(({ label, cells }) => [label, ...cells]),
    })}
  </section> `
}

/** One chart with its heading and how to read it; its picture is drawn by the page's script. */
export function figure({ name, how, config }: Omit<Figure, 'name'> & { name: string }): Markup {
  const { title } = config.options.plugins
  return html`<figure id="${name}">
    <h3>${title.text}</h3>
    <p class="how" id="how-${name}">${how}</p>
    <div class="canvas">
      <canvas
        id="chart-${name}"
        data-chart
        role="img"
        aria-label="${title.text}"
        aria-describedby="how-${name}"
        >This chart needs a browser that draws.</canvas
      >
    </div>
  </figure> `
}

export function reported(runs: Runs): Markup | null {
  const several = runs.length > 1
  const rows = runs.flatMap(({ run, label }) =>
    run.verdict.reported.map((row) => [
      row.id,
      html`${row.label}<br /><code>${row.expr}</code>`,
      targetText(row),
      formats.number(row.observed),
      verdictMark(row.ok),
      kindOfRow(row, run),
      ...(several ? [label] : []),
      row.source,
    ]),
  )
  const missing = unreportedText(runs)
  const result = resultWord(runs.map(({ run }) => run))
  const heading = html`<h2 id="reported">Reported against ${result}</h2>
    ${missing === null ? null : html`<p>${missing}</p>`}`
  if (rows.length === 0) {
    return missing === null ? null : html`<section aria-labelledby="reported">${heading}</section> `
  }
  return html`<section aria-labelledby="reported">
    ${heading}
    <p>
      <b>In sample</b>: parameters were fitted to this figure, so that it agrees proves little.
      <b>By construction</b>: it holds because the model is built so; it only checks the arithmetic.
      <b>Free</b>: nothing was fitted to it; here the model can be wrong. <b>Out of sample</b>:
      nothing in this whole scenario was fitted; its parameters come from elsewhere.
    </p>
    ${table({
      caption: 'What the world said, and what the runs gave',
      columns: [
        { title: '', kind: 'keep' },
        { title: 'Figure' },
        { title: 'Reported', kind: 'num' },
        { title: `${result.slice(0, 1).toUpperCase()}${result.slice(1)}`, kind: 'num' },
        { title: 'Verdict', kind: 'keep' },
        { title: 'How it counts', kind: 'keep' },
        ...(several ? [{ title: 'Run' }] : []),
        { title: 'Source' },
      ],
      rows,
    })}
  </section> `
}

/** `the first hour`, where all candidates ran equally long. */
function windowText(rows: readonly SweepRow[]): string {
  const windows = [...new Set(rows.map(({ windowSec }) => windowSec))]
  const [only] = windows
  if (windows.length !== 1 || only === undefined) return ''
  return ` Each candidate ran for ${formats.duration(only)} after the opening; “at the end” is the end of that.`
}

export function instances(rows: readonly SweepRow[], chart: Figure | undefined): Markup | null {
  if (rows.length === 0) return null
  return html`<section aria-labelledby="instances">
    <h2 id="instances">How many instances?</h2>
    <p>The number of instances is held fixed, everything else as in the base.${windowText(rows)}</p>
    ${table({
      caption: 'One row a candidate',
      columns: [
        { title: 'Instances', kind: 'num' },
        { title: 'Gate', kind: 'keep' },
        { title: 'Enough?', kind: 'keep' },
        { title: 'Booked', kind: 'num' },
        { title: 'Tickets in error', kind: 'num' },
        { title: 'Requests failed', kind: 'num' },
        { title: 'Peak waiting', kind: 'num' },
        { title: 'At the end', kind: 'num' },
        { title: 'Busiest station' },
      ],
      rows: rows.map((row) => [
        formats.count(row.instances),
        row.gate,
        verdictMark(row.ok, ['enough', 'not enough']),
        formats.count(row.booked),
        formats.share(row.errorShare),
        formats.share(row.requestErrorShare),
        formats.compact(row.peakWaiting),
        formats.compact(row.waitingAtEnd),
        row.busiestStation === null
          ? unknownText
          : `${row.busiestStation}, ${formats.share(row.busiestUtilisation)} in ${formats.duration(row.bucketSec)}`,
      ]),
    })}
    ${chart === undefined ? null : figure(chart)}
  </section> `
}

export function findings(runs: Runs): Markup {
  const measured = runs.every(({ run }) => isSimulated(run))
    ? ''
    : ' Of a measured run it is what its visitors saw, or what the target told of itself if that is more.'
  return html`<section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    <p>
      Counted from what happened, not from what the scenario asked for. “Not observed” is not zero:
      nobody could have seen it.${measured}
    </p>
    ${table({
      caption: 'Number of cases by run',
      className: 'figures',
      columns: [
        { title: '', kind: 'head' },
        ...runColumns(runs),
        { title: 'What it means', kind: 'long' },
      ],
      rows: findingNames.map((name) => [
        findingWords[name].label,
        ...runs.map(({ run }) => findingText(run.summary.findings[name])),
        findingWords[name].meaning,
      ]),
    })}
  </section> `
}

/** A path that may break after its dots, and nowhere else. */
function pathMarkup(path: string): Markup {
  const parts = path.split('.')
  return html`<code
    >${parts.map((part, at) => (at === 0 ? html`${part}` : html`<wbr />.${part}`))}</code
  >`
}

function changes(runs: Runs): Markup | null {
  const [base, ...others] = runs
  if (base === undefined) return null
  const items = others.map((other) => {
    const changed = changedFrom(base, other)
    const numbers = changed.map(
      ({ path, base: was, here }) =>
        html`<br /><code>${path}</code>: ${formats.number(was)} → ${formats.number(here)}`,
    )
    const was = base.run.events.filter(({ performed }) => performed)
    const is = new Set(other.run.events.map(({ at, kind }) => `${kind}@${at}`))
    const { offsetSec } = runClock(other.run)
    const dropped = was
      .filter(({ at, kind }) => !is.has(`${kind}@${at}`))
      .map(({ at, kind }) => `${kind} ${minuteAt(msToSec(Date.parse(at)), offsetSec)}`)
    const without = dropped.length === 0 ? null : html`<br />without ${dropped.join(', ')}`
    const same = changed.length === 0 && without === null
    return html`<li>
      <b>${other.label}</b>${numbers}${without}${same ? html`<br />the same numbers` : null}
    </li>`
  })
  return items.length === 0
    ? null
    : html`<h3>What the other runs change</h3>
        <ul class="plain">
          ${items}
        </ul>`
}

export function assumptions(runs: Runs): Markup {
  const evidence = runs[0]?.evidence ?? []
  const counts = evidenceOrder.flatMap((label) => {
    const count = evidence.filter((row) => row.label === label).length
    if (count === 0) return []
    return [html`<li><b>${count} ${label}</b>: ${evidenceMeaning[label]}</li>`]
  })
  const played = runs.every(({ run }) => isSimulated(run))
    ? ''
    : ' A measured run plays the crowd by these numbers; what they say of the stack and of the waiting room is what the scenario takes the target to be, and the target need not agree.'
  return html`<section aria-labelledby="assumptions">
    <h2 id="assumptions">Assumptions</h2>
    <p>
      Every number of the scenario with where it comes from; the least certain first. The runs use
      the middle value; a range is the 5th to the 95th percentile. What follows from an assumption
      is no more certain than the assumption.${played}
    </p>
    <ul class="plain">
      ${counts}
    </ul>
    ${table({
      caption: 'Parameters of the base',
      columns: [
        { title: 'Parameter' },
        { title: 'Value (range)', kind: 'keep' },
        { title: 'Evidence', kind: 'keep' },
        { title: 'Source or reason' },
      ],
      rows: groupedEvidence(evidence).map((row) => [
        html`${pathMarkup(row.path)}${row.places === 1 ? null : html` <span class="sub">${row.places} places</span>`}`,
        valueText(row),
        row.label === 'assumed' ? html`<b>assumed</b>` : row.label,
        sourceText(row, unknownText),
      ]),
    })}${changes(runs)}
  </section> `
}

function bullets(all: readonly { what: string; why: string }[]): Markup {
  return html`<ul class="plain">
    ${all.map(({ what, why }) => html`<li><b>${what}.</b> ${why}</li>`)}
  </ul>`
}

export function unknowable(runs: Runs): Markup {
  const isMeasured = !runs.every(({ run }) => isSimulated(run))
  const isModelled = runs.length === 0 || runs.some(({ run }) => isSimulated(run))
  const measured = isMeasured ? bullets(limitsOfAll(runs)) : null
  if (!isModelled)
    return html`<section aria-labelledby="unknown">
      <h2 id="unknown">What a rehearsal cannot tell</h2>
      ${measured}
    </section> `
  return html`<section aria-labelledby="unknown">
    <h2 id="unknown">What the model cannot know</h2>
    <p>
      Several combinations of the following give the same totals. A run shows one of them; that it
      agrees with what was reported does not make it the true one.
    </p>
    ${bullets(unknowns)}
    ${
      measured === null
        ? null
        : html`<h3>What a rehearsal cannot tell</h3>
            ${measured}`
    }
  </section> `
}

/** The machine with its memory in a unit: `memory 25.3 GB`. */
function machineOf(host: Record<string, string | number>): Record<string, string | number> {
  const { memoryBytes, ...rest } = host
  return typeof memoryBytes === 'number' ? { ...rest, memory: formats.bytes(memoryBytes) } : host
}

export function audit(runs: Runs): Markup {
  const pairs = (values: Record<string, string | number>) =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ') || unknownText
  const rows: [string, (run: ReportRun['run']) => string][] = [
    ['Engine', ({ header }) => `${header.engine} (${engineWords[header.engine]})`],
    ['Variant', ({ header }) => header.variant],
    ['Seed', ({ header }) => String(header.seed)],
    [
      'Population × speed',
      ({ header }) => `${formats.number(header.population)} × ${formats.number(header.speed)}`,
    ],
    [
      'Usable',
      ({ verdict }) => (verdict.valid ? '✓ yes' : `✕ no: ${invalidTexts(verdict).join('; ')}`),
    ],
    [
      'Workload, stack',
      ({ header }) => `${header.workloadHash.slice(0, 12)}, ${header.stackHash.slice(0, 12)}`,
    ],
    ['Wall time', ({ audit: of }) => formats.duration(of.wallSec)],
    [
      'Events',
      ({ audit: of, header }) =>
        `${formats.count(of.events)}${header.engine === 'sim' ? '' : ' requests'}`,
    ],
    ['Events per second', ({ audit: of }) => formats.perSec(of.eventsPerSec)],
    ['Memory', ({ audit: of }) => formats.bytes(of.rssBytes)],
    ['Lateness of the generator (99%)', ({ audit: of }) => formats.ms(of.latenessMs?.p99)],
    [
      'Not sent (generator / ceiling)',
      ({ audit: of }) =>
        `${formats.count(of.dropped.generator)} / ${formats.count(of.dropped.ceiling)}`,
    ],
    ['Started', ({ header }) => header.startedAt],
    ['Versions', ({ header }) => pairs(header.versions)],
    ['Machine', ({ header }) => pairs(machineOf(header.host))],
    ['Target', ({ header }) => header.target ?? unknownText],
  ]
  return html`<section aria-labelledby="audit">
    <h2 id="audit">Audit</h2>
    ${table({
      caption: 'What it takes to repeat these runs',
      className: 'figures',
      columns: [{ title: '', kind: 'head' }, ...runColumns(runs)],
      rows: rows.map(([label, of]) => [label, ...runs.map(({ run }) => of(run))]),
    })}
  </section> `
}

/** With one run a list with the verdict in a column; with several a column a run. */
export function slo(runs: Runs): Markup | null {
  const rows = sloRows(runs)
  if (rows.length === 0) return null
  const text = (expr: string) => html`<code>${expr}</code>`
  const single = () =>
    table({
      caption: 'What the scenario asks of a run',
      columns: [
        { title: 'Objective' },
        { title: 'Observed', kind: 'num' },
        { title: 'Verdict', kind: 'keep' },
        { title: 'Run' },
      ],
      rows: rows.map(({ expr, cells: [cell] }) => [
        text(expr),
        formats.number(cell?.observed),
        verdictMark(cell?.ok === true),
        runs[0]?.label ?? '',
      ]),
    })
  const matrix = () =>
    table({
      caption: 'What the scenario asks, and what each run gave',
      className: 'figures',
      columns: [{ title: 'Objective', kind: 'head' }, ...runColumns(runs)],
      rows: rows.map(({ expr, cells }) => [
        text(expr),
        ...cells.map((cell) =>
          cell === null
            ? unknownText
            : html`${formats.number(cell.observed)}<br />${verdictMark(cell.ok)}`,
        ),
      ]),
    })
  return html`<section aria-labelledby="slo">
    <h2 id="slo">Objectives</h2>
    ${runs.length > 1 ? matrix() : single()}
  </section> `
}
