import type { EndName } from '../../core/codes.ts'

/**
 * What the k6 script counts and the importer reads back. Every metric is a Counter, so that any
 * number of runners add up exactly, in a metrics store too; times and sizes stand in tags, as the
 * lower bound of their bucket (`buckets.ts`). What differs from visitor to visitor (its person)
 * is metadata of a point, which makes no series.
 */
export const metrics = {
  /** 1 a stage or end of a ticket. Tag `event`: a `VisitorEvent`. Metadata `person` (not of `late`). */
  visitors: 'dambreak_visitors',
  /** 1 a wait that is over. Tags `state`: admitted | censored, `ms`: bucket of scenario ms. */
  waits: 'dambreak_waits',
  /** 1 an admitted visitor who had been told how long it would take. Tag `ms`: |told − real|. */
  etaErrors: 'dambreak_eta_errors',
  /**
   * 1 a request of the journey. Tags `step`, `outcome`, `us`: bucket of its response time, from the
   * actual send, connecting included; of a timeout the timeout.
   */
  requests: 'dambreak_requests',
  /** 1 a request that was answered or timed out. Tags `step`, `us`: its time without connecting. */
  services: 'dambreak_services',
  /** 1 a connection made for a request. Tags `step`, `us`: TLS included. */
  connects: 'dambreak_connects',
  /**
   * 1 a call of the waiting room. Tags `call`: enter | poll | complete, `outcome`, `us` (its time without
   * connecting; absent where it never was sent).
   */
  gateCalls: 'dambreak_gate_calls',
  /**
   * 1 an action that was due at a set time: a poll, a retry, the next step. Tag `ms`: bucket of how
   * much later it began, of the wall.
   */
  lateness: 'dambreak_lateness',
  /** 1 a case of what must not happen. Tag `finding`: a `FindingName`. */
  findings: 'dambreak_findings',
  /** 1 a malformed answer. Tags `step`, `fault`: an `AnswerFaultName`, `of`: what it is about, or ''. */
  answerFaults: 'dambreak_answer_faults',
  /** 1 a cookie that its visitor could not keep. */
  droppedCookies: 'dambreak_dropped_cookies',
  /**
   * 1 a runner, when its first visitor came. Its tags describe the run (`RunTags`); metadata
   * `lateMs`: how much later than planned that was, `visitors`: how many come in one iteration of k6
   * (absent: 1).
   */
  runners: 'dambreak_runners',
} as const

const stageNames = ['arrived', 'reentered', 'queued', 'admitted', 'bypassed'] as const

/**
 * Stages of a ticket (a re-entry counts as `reentered` alone, not as `arrived` too), its one end,
 * and `committed`: a booking was told of, or learnt of, whoever still waited for it. `late`: k6
 * started the visitor when the run was over, and nothing was sent.
 */
export type VisitorEvent = (typeof stageNames)[number] | 'committed' | 'late' | EndName

export type GateCallName = 'enter' | 'poll' | 'complete'

/** What a runner tells of its run; text, as tags are. */
export interface RunTags {
  /** Number of this format. */
  readonly format: '1'
  readonly scenario: string
  readonly variant: string
  readonly workload_hash: string
  readonly stack_hash: string
  readonly seed: string
  readonly population: string
  readonly speed: string
  /** When the run begins and when service opens, epoch ms of the wall. */
  readonly starts_at: string
  readonly opens_at: string
  readonly target: string
  /** The part of the arrivals that this runner has: `0:1/4`, or `0:1`. */
  readonly segment: string
}
