import type { ComparisonNote, Machine, Mismatch, MismatchKind } from '../../compare/compare.ts'
import type { IncomparableError } from '../../compare/mismatch.ts'
import type { ScenarioDifference } from '../../compare/scenario-differences.ts'
import { DambreakError } from '../../core/errors.ts'
import { show } from '../../scenario/schema/words.ts'
import { unknownText } from '../format.ts'
import { invalidTexts } from '../verdict-words.ts'

const longestText = 40

function valueText(value: unknown): string {
  if (value === undefined) return 'not given'
  const text = show(value)
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`
}

/** More than these nobody reads in a sentence. */
const maxShown = 4

/** `: stack.instances 2 → 4; …`; '' where there is none. */
function afterColon(differences: readonly ScenarioDifference[]): string {
  const shown = differences
    .slice(0, maxShown)
    .map(({ path, from, to }) => `${path} ${valueText(from)} → ${valueText(to)}`)
  const more = differences.length - shown.length
  const all = [...shown, ...(more > 0 ? [`and ${more} more`] : [])]
  return all.length === 0 ? '' : `: ${all.join('; ')}`
}

const mismatchWords: {
  readonly [K in MismatchKind]: (mismatch: Extract<Mismatch, { kind: K }>) => string
} = {
  invalid: ({ runs }) => {
    const each = runs.map((one) => {
      const why = invalidTexts(one).join('; ') || 'no reason given'
      return `${one.side} run ${one.run} is invalid (${why})`
    })
    return `${each.join(', ')}: figures of an invalid run must not be used`
  },
  timing: () =>
    'response times start at the intended time in some runs and at the send in others (intended against sent-only)',
  workload: ({ hashes: [a, b], differences }) =>
    `the workloads differ${differences.length === 0 ? `: hashes ${a} and ${b}` : afterColon(differences)}`,
  population: ({ values }) => `population differs: × ${values.join(', × ')}`,
  speed: ({ values }) => `speed differs: × ${values.join(', × ')}`,
  engine: ({ baseline, candidate }) =>
    baseline.length > 1 || candidate.length > 1
      ? 'runs of one side come from different engines'
      : `the sides come from different engines (${baseline.join()} and ${candidate.join()})`,
  stack: ({ side, differences }) =>
    `the runs of the ${side} are not of one stack${afterColon(differences)}`,
  seeds: ({ baseline, candidate }) =>
    `seeds repeat on one side and not in the same way on the other (${baseline.join(', ')} and ${candidate.join(', ')}): a difference may be due to the crowd`,
}

/** What speaks against comparing, as a clause. Text out of records is in it as it is. */
export function mismatchText(mismatch: Mismatch): string {
  const words = mismatchWords[mismatch.kind] as (mismatch: Mismatch) => string
  return words(mismatch)
}

/** The same error with a sentence for each mismatch. */
export function incomparableInWords(error: IncomparableError): DambreakError {
  const faults = error.mismatches.map((mismatch) => ({
    path: mismatch.kind,
    message: mismatchText(mismatch),
  }))
  return new DambreakError(error.kind, error.message, faults, error)
}

const machineText = ({ cpu, cores }: Machine) =>
  `${cpu ?? unknownText}, ${cores ?? unknownText} cores`

const machinesText = (machines: readonly Machine[]) => machines.map(machineText).join(' / ')

const noteWords: {
  readonly [C in ComparisonNote['code']]: (note: Extract<ComparisonNote, { code: C }>) => string
} = {
  StacksDiffer: ({ differences }) => `The stacks differ${afterColon(differences)}.`,
  MachinesDiffer: ({ baseline, candidate }) =>
    `The machines differ: ${machinesText(baseline)} and ${machinesText(candidate)}.`,
  SeedsDiffer: ({ baseline, candidate }) =>
    `The seeds differ (${baseline} and ${candidate}), and so do the crowds.`,
}

/** A note on a comparison, as a sentence. */
export function comparisonNoteText(note: ComparisonNote): string {
  const words = noteWords[note.code] as (note: ComparisonNote) => string
  return words(note)
}
