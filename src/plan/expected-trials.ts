import { mapCounts } from './collapse-map.ts'
import { mapCrowd, phases, screeningDraws, type Phase, type PlanInput } from './plan.ts'

/** How far a plan is, in trials: those that have ended, and about how many are left. */
export interface PlanProgress {
  readonly phase: Phase
  readonly done: number
  /** A guess: what runs next depends on what was found. */
  readonly left: number
}

/** About how many trials each phase takes, known before the first. */
export function expectedTrials(input: PlanInput): Record<Phase, number> {
  const { counts, levers, base, withMap } = input
  const halvings = Math.ceil(Math.log2(counts.length + 1))
  const options = levers.reduce((sum, { options: all }) => sum + all.length, 0)
  const searched = levers.length === 0 ? 0 : levers.length + 2
  return {
    candidates: counts.length * 8,
    confirmation: 2,
    levers: screeningDraws * (options * 2 + searched * halvings),
    sensitivity: base.parameters.length === 0 ? 0 : 20 * Math.max(2, halvings),
    map: withMap ? mapCounts(counts).length * mapCrowd.length * 1.5 : 0,
  }
}

/** Counts the trials of a plan; `onProgress` is called after each. */
export function trialCounter(
  expected: Record<Phase, number>,
  onProgress: (progress: PlanProgress) => void,
) {
  let phase: Phase = 'candidates'
  let done = 0
  let doneBefore = 0
  const left = () => {
    const later = phases.slice(phases.indexOf(phase) + 1)
    const ofPhase = Math.max(1, expected[phase] - (done - doneBefore))
    return ofPhase + later.reduce((sum, name) => sum + expected[name], 0)
  }
  return {
    begin: (next: Phase): void => {
      phase = next
      doneBefore = done
    },
    ended: (): void => {
      done++
      onProgress({ phase, done, left: left() })
    },
  }
}
