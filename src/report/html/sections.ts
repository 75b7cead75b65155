import { findingNames } from '../../core/codes.ts'
import { changedFrom, evidenceOrder, groupedEvidence, unknowns, valueText } from '../assumptions.ts'
import { minuteAt, runClock } from '../clock.ts'
import type { Figure } from '../charts/charts.ts'
import { figureRows } from '../figures.ts'
import { formats, unknownText } from '../format.ts'
import { headlineOf, stateWords } from '../headline.ts'
import { loadTexts, scaleText, unreportedText } from '../scale.ts'
import { sloRows } from '../slo.ts'
import type { SweepRow } from '../sweep.ts'
import { openingText, reportTitle } from '../title.ts'
import type { ReportOptions, ReportRun } from '../types.ts'
import { evidenceMeaning, findingWords, kindOfRow, targetText } from '../words.ts'
import { html, swatch, table, verdictMark, type Markup } from './markup.ts'

type Runs = readonly ReportRun[]

/** Keeps a number and its unit on one line: `3.11 M`, `1 h 56 min`. */
function unbroken(text: string): string {
  return text.replaceAll(/(?<=\d) (?=(?:M|k|bn|d|h|min|s|ms)\b)|(?<=[<>]) (?=\d)/g, '\u00a0')
}

/** A column a run, headed as the charts draw it. */
function runColumns(runs: Runs): { title: Markup }[] {
  return runs.map(({ label }, index) => ({ title: html`${swatch(index)}${label}` }))
}

/** Title, when and how it was run, and the answer. */
export function opening(runs: Runs, options: ReportOptions): Markup {
  const base = runs[0]
  let sub = ''
  if (base !== undefined) {
    const { opensAtSec, endsAtSec } = runClock(base.run)
    const { engine, seed, scenarioName } = base.run.header
    const how = { sim: 'Simulated', live: 'Measured live', k6: 'Measured with k6' }[engine]
    const scale = scaleText(base.run.header)
    const scaled = scale === '' ? '' : `, ${scale}`
    // The title tells the day unless it was given.
    const day = options.title === undefined ? '' : `: ${openingText(base.run)}`
    sub = `Scenario ${scenarioName}${day}, followed for ${formats.duration(endsAtSec - opensAtSec)}. ${how}, seed ${seed}${scaled}.`
  }
  const description = base?.run.scenario['description']
  return html`<header>
    <h1>${reportTitle(runs, options)}</h1>
    <p class="sub">${unbroken(sub)}</p>
    ${typeof description === 'string' && description !== '' ? html`<p>${description}</p>` : null}
    ${options.answer === undefined ? null : html`<p class="answer"><b>The answer</b>${unbroken(options.answer)}</p>`}
  </header> `
}

export function headlines(runs: Runs): Markup {
  const items = runs.map(({ run, label }, index) => {
    const { state, sentence, details } = headlineOf(run)
    const { sign, word } = stateWords[state]
    return html`<li>
      <div class="name">
        ${swatch(index)}<span>${label}</span> <span class="chip ${state}">${sign} ${word}</span>
      </div>
      <p class="what">${unbroken(sentence)}</p>
      <p class="more">${unbroken(details)}</p>
    </li> `
  })
  return html`<section aria-labelledby="what">
    <h2 id="what">What happened, and why</h2>
    <ol class="heads">
      ${items}
    </ol>
    ${loadTexts(runs).map((text) => html`<p class="scale">${text}</p>`)}
  </section> `
}

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
export function figure({ name, how, config }: Figure): Markup {
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
  const heading = html`<h2 id="reported">Reported against simulated</h2>
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
        { title: 'Simulated', kind: 'num' },
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
        { title: 'Most waiting', kind: 'num' },
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
          : `${row.busiestStation}, ${formats.share(row.busiestUtilisation)}`,
      ]),
    })}
    ${chart === undefined ? null : figure(chart)}
  </section> `
}

export function findings(runs: Runs): Markup {
  return html`<section aria-labelledby="findings">
    <h2 id="findings">Findings</h2>
    <p>
      Counted from what happened, not from what the scenario asked for. A dash: this engine cannot
      see it.
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
        ...runs.map(({ run }) => formats.count(run.summary.findings[name])),
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
      .map(({ at, kind }) => `${kind} ${minuteAt(Date.parse(at) / 1000, offsetSec)}`)
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
  return html`<section aria-labelledby="assumptions">
    <h2 id="assumptions">Assumptions</h2>
    <p>
      Every number of the scenario with where it comes from; the least certain first. The runs use
      the middle value; a range is the 5th to the 95th percentile. What follows from an assumption
      is no more certain than the assumption.
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
        row.source ?? unknownText,
      ]),
    })}${changes(runs)}
  </section> `
}

export function unknowable(): Markup {
  return html`<section aria-labelledby="unknown">
    <h2 id="unknown">What the model cannot know</h2>
    <p>
      Several combinations of the following give the same totals. A run shows one of them; that it
      agrees with what was reported does not make it the true one.
    </p>
    <ul class="plain">
      ${unknowns.map(({ what, why }) => html`<li><b>${what}.</b> ${why}</li>`)}
    </ul>
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
    ['Engine', ({ header }) => header.engine],
    ['Variant', ({ header }) => header.variant],
    ['Seed', ({ header }) => String(header.seed)],
    [
      'Population × speed',
      ({ header }) => `${formats.number(header.population)} × ${formats.number(header.speed)}`,
    ],
    ['Usable', ({ verdict }) => (verdict.valid ? '✓ yes' : `✕ no: ${verdict.reasons.join('; ')}`)],
    [
      'Workload, stack',
      ({ header }) => `${header.workloadHash.slice(0, 12)}, ${header.stackHash.slice(0, 12)}`,
    ],
    ['Wall time', ({ audit: of }) => formats.duration(of.wallSec)],
    ['Events', ({ audit: of }) => formats.count(of.events)],
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
