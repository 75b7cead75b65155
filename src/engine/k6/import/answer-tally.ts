import { answerFaultNames } from '../../../core/codes.ts'
import { addTo, faultKey } from '../../client/live-tally.ts'
import type { BrokenLineKind, K6Point } from './k6-line.ts'

/** Why answers were malformed, and what visitors could not keep, as all runners counted it. */
export class AnswerTally {
  readonly answerFaults = new Map<string, number>()
  droppedCookies = 0
  private readonly steps: ReadonlySet<string>

  constructor(steps: readonly string[]) {
    this.steps = new Set(steps)
  }

  takeFault({ value, tags }: K6Point): BrokenLineKind | null {
    const { step, of = '' } = tags
    if (typeof step !== 'string' || !this.steps.has(step)) return 'UnknownStep'
    const fault = answerFaultNames.find((name) => name === tags['fault'])
    if (fault === undefined || typeof of !== 'string') return 'UnknownEvent'
    addTo(this.answerFaults, faultKey({ step, fault, of }), value)
    return null
  }

  takeDroppedCookies({ value }: K6Point): null {
    this.droppedCookies += value
    return null
  }
}
