/**
 * `npm run prove`: starts the reference stack on PostgreSQL with numbers that the fitter does not see,
 * rehearses steps of load on 1 to 4 instances, fits the stations, predicts a surge on 6 and on 10
 * instances, measures it, and prints predictions and measurements side by side. Exit code 1 where
 * they are further apart than is claimed.
 */
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { ofRecord } from '../fit/measured-run.ts'
import { withKinds } from '../fit/service-kind.ts'
import { fitStations, type StationFit } from '../fit/stations.ts'
import { findPostgres, startPostgres } from '../stack/ledger/testing/postgres.ts'
import { ExitCode } from '../cli/exit.ts'
import {
  guess,
  proofCases,
  rehearsalOf,
  surgeOf,
  surgeSpan,
  type ProofCase,
} from './prove-cases.ts'
import { surgeFiguresOf } from './prove-figures.ts'
import { predictSurge } from './prove-prediction.ts'
import { measure, type Measurement } from './prove-stage.ts'
import {
  fullLimits,
  rowsOf,
  shortLimits,
  tableText,
  verdictOf,
  type ProofRow,
} from './prove-table.ts'
import { invalidTexts } from '../report/verdict-words.ts'

interface Options {
  readonly short?: boolean
  readonly stack?: string
  readonly out: string
}

interface Proof {
  readonly databaseUrl: string
  readonly out: string
  /** Numbers of instances that are rehearsed, from 1 on. */
  readonly blocks: number
  readonly surges: readonly (6 | 10)[]
}

const stations = ['web', 'db']
const say = (text: string) => process.stderr.write(`${text}\n`)

function tell(what: string, { run, machineShare }: Measurement): void {
  const { latenessMs } = run.audit
  const late = `generator late by ${(latenessMs?.p99 ?? Number.NaN).toFixed(1)} ms (p99)`
  say(`${what}: ${late}, ${Math.round(machineShare * 100)}% of the machine in use`)
  const { valid } = run.verdict
  if (!valid) say(`${what}: invalid, twice: ${invalidTexts(run.verdict).join('; ')}`)
}

function tellFit({ estimates, notIdentified, misfit }: StationFit): void {
  for (const { path, low, mid, high } of estimates) {
    const [a, b, c] = [low, mid, high].map((value) => value.toPrecision(4))
    say(`  ${path.padEnd(38)} ${b} (${a} … ${c})`)
  }
  for (const { path, code } of notIdentified) say(`  ${path}: not identified, ${code}`)
  say(`  misfit ${misfit.toFixed(2)} of what chance makes`)
}

/** `null` where a measurement was invalid twice. */
async function proveOne(of: ProofCase, proof: Proof): Promise<ProofRow[] | null> {
  const { databaseUrl, blocks, surges } = proof
  const out = (name: string) => join(proof.out, `${of.name}-${name}`)
  say(`${of.name}: the bottleneck is ${of.bottleneck}`)
  const base = rehearsalOf(of, guess, blocks)
  const rehearsal = await measure({
    stack: rehearsalOf(of, of.truth, blocks),
    load: base,
    databaseUrl,
    out: out('rehearsal'),
  })
  tell('rehearsal', rehearsal)
  if (!rehearsal.run.verdict.valid) return null
  const fit = fitStations([rehearsal.run], { base })
  tellFit(fit)
  // All is predicted before any of it is measured.
  const predictions = surges.map((n) =>
    predictSurge(withKinds(surgeOf(of, guess, n), fit.settings), fit.ensemble, surgeSpan),
  )
  const rows: ProofRow[] = []
  for (const [i, instances] of surges.entries()) {
    const surge = await measure({
      stack: surgeOf(of, of.truth, instances),
      load: surgeOf(of, guess, instances),
      databaseUrl,
      out: out(`surge-${instances}`),
    })
    tell(`surge on ${instances} instances`, surge)
    const prediction = predictions[i]
    if (!surge.run.verdict.valid || prediction === undefined) return null
    const measured = surgeFiguresOf(ofRecord(surge.run, stations), surgeSpan)
    rows.push(...rowsOf({ stack: of.name, instances, prediction, measured }))
  }
  return rows
}

async function prove({ short = false, stack, out }: Options): Promise<boolean> {
  const bin = findPostgres(process.env['PATH'] ?? '')
  if (bin === null) throw new Error('PostgreSQL is not installed: predictions are held against it')
  const wanted = proofCases.filter(({ name }) => (stack ?? (short ? 'workers' : name)) === name)
  const postgres = await startPostgres(bin)
  const rows: ProofRow[] = []
  let areValid = true
  try {
    const parts = { blocks: short ? 2 : 4, surges: short ? ([6] as const) : ([6, 10] as const) }
    for (const of of wanted) {
      const found = await proveOne(of, { databaseUrl: postgres.url, out, ...parts })
      areValid &&= found !== null
      process.stdout.write(tableText(found ?? [], rows.length === 0))
      rows.push(...(found ?? []))
    }
  } finally {
    await postgres.remove()
  }
  const verdict = verdictOf(rows, short ? shortLimits : fullLimits)
  process.stdout.write(`${JSON.stringify(verdict)}\n`)
  return areValid && verdict.faults.length === 0
}

const names = proofCases.map(({ name }) => name)
const command = new Command('npm run prove --')
  .description('fits the model to a live stack, predicts a surge on more instances, measures it')
  .option('--short', 'one stack, rehearsed on 1 and 2 instances, a surge on 6; wider limits')
  .addOption(new Option('--stack <name>', 'this stack alone').choices(names))
  .option('--out <dir>', 'where to write the runs', 'reports/prove')
  .showHelpAfterError('(--help lists the options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? ExitCode.done : ExitCode.usage))
  .action(async (options: Options) => {
    process.exitCode = (await prove(options)) ? ExitCode.done : ExitCode.gateFailed
  })

await command.parseAsync()
