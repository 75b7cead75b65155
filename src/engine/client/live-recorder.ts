import type { AnswerFault } from './live-tally.ts'
import type { FindingName } from '../../core/codes.ts'
import type { Recorder } from '../../record/recorder.ts'
import type { People } from './people.ts'

/**
 * What a live world tells of its visitors. `Recorder` takes it as it is; another recorder may want to
 * know whose ticket it was, and of each call of the waiting room. Times are scenario ms.
 */
export interface LiveRecorder extends Pick<
  Recorder,
  | 'queued'
  | 'waitEnded'
  | 'turnCalled'
  | 'admitted'
  | 'etaError'
  | 'bypassed'
  | 'request'
  | 'connected'
  | 'keptBack'
  | 'levels'
> {
  arrived(atMs: number, isReentry: boolean, n: 1, person: number): void
  booked(atMs: number, person: number): void
  ended(atMs: number, end: number, n: 1, person: number): void
  finding(name: FindingName, n: number): void
  /** A call of the waiting room is over; `kind` is a `Phase`, `us` its time from the send. */
  gateCalled?(kind: number, outcome: number, us: number): void
  /** An answer of the journey counts as malformed. */
  answerFault?(fault: AnswerFault): void
  /** A visitor could not keep so many cookies of an answer. */
  cookiesDropped?(n: number): void
}

/** What a live world knows of each person, and tells. */
export type LivePeople = Pick<
  People,
  'came' | 'trying' | 'booked' | 'mayHaveBooked' | 'learnBooked' | 'isEligible'
> & {
  /** Bookings of each person that visitors know of. */
  readonly bookings: ArrayLike<number>
}
