import type { RunRecord } from '../record/run.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import { variantsIn } from '../scenario/load/source.ts'
import { baseVariant } from '../scenario/load/variants.ts'
import { engineWords } from './engine.ts'

/** The fields that labels are made from, of a scenario or of its copy in a record. */
export interface BaseScenario {
  readonly reported: readonly unknown[]
  readonly variants: readonly { readonly name: string; readonly description: string }[]
}

/** The scenario that lists the variants. The scenario of a variant lists none. */
export function baseOf({
  scenario,
  origin,
}: Pick<LoadedScenario, 'scenario' | 'origin'>): BaseScenario {
  if (origin === null) return scenario
  return { reported: scenario.reported, variants: variantsIn(origin.source.document) }
}

/** Longer descriptions do not fit into table heads and beside bars. */
const longestLabel = 40

/**
 * What a reader calls a run: its variant by its own description, where that is short and no other
 * variant's, else by its name; the base of a scenario of a real event is `as it happened`. `scenario`
 * is the base, because the scenario of a variant lists no variants.
 */
export function labelOf(variant: string, scenario: BaseScenario): string {
  if (variant === baseVariant) return scenario.reported.length > 0 ? 'as it happened' : variant
  const spoken = ({ description }: { description: string }) => description.trim()
  const found = scenario.variants.find(({ name }) => name === variant)
  if (found === undefined) return variant
  const label = spoken(found)
  const alike = scenario.variants.filter((other) => spoken(other) === label)
  const fits = label !== '' && [...label].length <= longestLabel
  return fits && alike.length === 1 ? label : variant
}

/** The label of a single run: the scenario's name, and the variant if it is not the base. */
export function labelAlone(
  header: Pick<RunRecord['header'], 'scenarioName' | 'variant'>,
  base: BaseScenario,
): string {
  const { scenarioName, variant } = header
  return variant === baseVariant ? scenarioName : `${scenarioName}: ${labelOf(variant, base)}`
}

/**
 * The base scenario as the records keep it. Only the record of a base lists the variants, and the
 * labels of its variants come from that list.
 */
function recordedBase(run: RunRecord, runs: readonly RunRecord[]): BaseScenario {
  const { scenarioName } = run.header
  const base =
    runs.find(
      ({ header }) => header.scenarioName === scenarioName && header.variant === baseVariant,
    ) ?? run
  const listed = (key: string): unknown[] => {
    const list = base.scenario[key]
    return Array.isArray(list) ? list : []
  }
  return { reported: listed('reported'), variants: variantsIn(base.scenario) }
}

/** Fields that distinguish runs with the same label, in the order in which they are tried. */
const differences: readonly ((run: RunRecord) => string)[] = [
  ({ header }) => header.scenarioName,
  ({ header }) => engineWords[header.engine],
  ({ header }) => `seed ${header.seed}`,
  ({ header }) => `population × ${header.population}`,
  ({ header }) => `speed × ${header.speed}`,
  ({ timeline }) =>
    `${Math.round(timeline.instances.reduce((most, now) => Math.max(most, now), 0))} instances at most`,
]

/** Labels of runs, no two the same. */
export function labelsOf(runs: readonly RunRecord[]): string[] {
  const [only] = runs
  if (only !== undefined && runs.length === 1) {
    return [labelAlone(only.header, recordedBase(only, runs))]
  }
  const called = runs.map((run) => labelOf(run.header.variant, recordedBase(run, runs)))
  // Several bases of one scenario: the scenario's name says more than `base`.
  const isOneBase =
    called.every((label) => label === baseVariant) &&
    new Set(runs.map(({ header }) => header.scenarioName)).size === 1
  const labels = isOneBase ? runs.map(({ header }) => header.scenarioName) : called
  return labels.map((label, at) => {
    const alike = runs.filter((_, other) => labels[other] === label)
    const run = runs[at]
    if (run === undefined || alike.length === 1) return label
    const told = differences.filter((tell) => new Set(alike.map(tell)).size > 1)
    const name = [label, ...told.map((tell) => tell(run))].join(', ')
    const same = alike.filter((other) => told.every((tell) => tell(other) === tell(run)))
    return same.length === 1 ? name : `${name}, no. ${same.indexOf(run) + 1}`
  })
}
