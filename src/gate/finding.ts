import type { ComparedFigure, ComparisonNote, Mismatch } from '../compare/compare.ts'
import type { Fault } from '../core/errors.ts'
import type { Clause } from '../objectives/expression.ts'
import type { ComparisonOperator } from '../objectives/term.ts'
import type { RunHeader } from '../record/run.ts'
import type { Ending, Note, Reason } from '../record/verdict-codes.ts'

/** Where runs of a baseline that was kept come from. */
export interface BaselineSource {
  /** `null`: nobody said. */
  readonly targetVersion: string | null
  /** ISO 8601. */
  readonly savedAt: string
  readonly machine: string
}

/** Where a run's record begins and ends, ISO 8601 in the run's own offset. */
export interface Recorded {
  readonly from: string
  readonly until: string
}

/**
 * What a check found, as a code with its values; `report/gate/finding-words.ts` has the sentences.
 * Messages of errors and of faults are in it as they are.
 */
export type Finding =
  // The record.
  | { readonly code: 'Unreadable'; readonly message: string; readonly faults: readonly Fault[] }
  | { readonly code: 'Consistent' }
  /** `contradictions` is their number; `faults` has at most the first fifty. */
  | {
      readonly code: 'Contradictory'
      readonly contradictions: number
      readonly faults: readonly Fault[]
    }
  // Whether it is valid and whole.
  | {
      readonly code: 'Usable'
      readonly engine: RunHeader['engine']
      /** Requests that a ceiling held back; `null`: the run is not saturated. */
      readonly heldBack: number | null
      readonly notes: readonly Note[]
    }
  | {
      readonly code: 'Unusable'
      readonly ending: Ending
      readonly reasons: readonly Reason[]
      readonly notes: readonly Note[]
    }
  // Arrivals.
  | { readonly code: 'Empty' }
  | { readonly code: 'Arrived'; readonly tickets: number }
  // Anything of a run whose figures must not be used.
  | { readonly code: 'NotJudged' }
  // Objectives.
  | { readonly code: 'ObjectiveFaulty'; readonly message: string }
  | {
      readonly code: 'NoData'
      readonly paths: readonly string[]
      readonly clause: Clause
      /** `neverReached`: too many of those who queued were never admitted. */
      readonly cause: 'outsideRecord' | 'neverReached' | 'notObserved'
      readonly recorded: Recorded
    }
  /** A division by zero. */
  | { readonly code: 'NoNumber' }
  | { readonly code: 'Met'; readonly observed: number }
  /** `observed operator limit` does not hold; `null`: the expression compares nothing. */
  | {
      readonly code: 'Missed'
      readonly observed: number
      readonly limit: {
        readonly operator: ComparisonOperator
        readonly value: number | null
      } | null
    }
  | { readonly code: 'NoObjective' }
  // The baseline.
  | {
      readonly code: 'BaselineUnavailable'
      readonly message: string
      readonly faults: readonly Fault[]
    }
  | {
      readonly code: 'BaselineContradictory'
      readonly faults: readonly (Fault & { run: number })[]
    }
  | { readonly code: 'Incomparable'; readonly mismatches: readonly Mismatch[] }
  | {
      readonly code: 'Compared'
      readonly runs: { readonly baseline: number; readonly candidate: number }
      /** Fewer runs a side decide nothing. */
      readonly minRuns: number
      readonly isDecisive: boolean
      /** Empty: the runs were given by path. */
      readonly sources: readonly BaselineSource[]
      readonly notes: readonly ComparisonNote[]
    }
  // Figures against those of the baseline.
  /** `missing` of the runs here do not know a figure that all runs of the baseline know. */
  | { readonly code: 'FigureLost'; readonly figure: ComparedFigure; readonly missing: number }
  | { readonly code: 'SignificantlyWorse'; readonly figure: ComparedFigure }
  | {
      readonly code: 'NoRegression'
      readonly tested: number
      readonly level: number
      /** The figure that came nearest to one; `null`: none came near. */
      readonly nearest: ComparedFigure | null
    }

export type FindingCode = Finding['code']
