import { endNames, outcomeNames, type FindingName } from '../../../core/codes.ts'
import { Phase } from '../../client/state.ts'
import type { LiveRecorder } from '../../client/live-recorder.ts'
import { msBucket, usBucket } from '../buckets.ts'
import type { metrics, GateCallName, VisitorEvent } from '../points.ts'

export type MetricName = keyof typeof metrics
export type Tags = Readonly<Record<string, string>>

/** Counts one case; `metadata` makes no series. */
export type Count = (metric: MetricName, tags: Tags, metadata?: Tags) => void

const gateCallNames: Readonly<Record<number, GateCallName>> = {
  [Phase.enter]: 'enter',
  [Phase.poll]: 'poll',
  [Phase.complete]: 'complete',
}

/** Counts what a live world tells of its visitors, as `points.ts` names it. */
export function countingRecorder(steps: readonly string[], count: Count): LiveRecorder {
  const visitor = (event: VisitorEvent, person?: number) => {
    count('visitors', { event }, person === undefined ? undefined : { person: String(person) })
  }
  const request = (step: number, outcome: number, responseUs: number) => {
    const outcomeName = outcomeNames[outcome] ?? 'malformed'
    count('requests', { step: steps[step] ?? '', outcome: outcomeName, us: us(responseUs) })
  }
  return {
    arrived: (_atMs, isReentry, _n, person) => visitor(isReentry ? 'reentered' : 'arrived', person),
    queued: () => visitor('queued'),
    waitEnded: (enteredMs, atMs, admitted) => {
      const state = admitted ? 'admitted' : 'censored'
      count('waits', { state, ms: String(msBucket(Math.max(0, atMs - enteredMs))) })
    },
    turnCalled: () => undefined,
    admitted: () => visitor('admitted'),
    etaError: (ms) => count('etaErrors', { ms: String(msBucket(ms)) }),
    bypassed: () => visitor('bypassed'),
    booked: (_atMs, person) => visitor('committed', person),
    ended: (_atMs, end, _n, person) => visitor(endNames[end] ?? 'failed', person),
    request: (step, outcome, _atMs, responseUs, serviceUs) => {
      request(step, outcome, responseUs)
      const isTimed = wasAnswered(outcomeNames[outcome] ?? 'malformed')
      if (isTimed) count('services', { step: steps[step] ?? '', us: us(serviceUs) })
    },
    connected: (step, connectUs) => {
      count('connects', { step: steps[step] ?? '', us: us(connectUs) })
    },
    keptBack: (step, _atMs, timeoutUs) => request(step, outcomeNames.indexOf('dropped'), timeoutUs),
    levels: () => undefined,
    finding: (finding: FindingName, n) => {
      for (let i = 0; i < n; i++) count('findings', { finding })
    },
    answerFault: ({ step, fault, of }) => count('answerFaults', { step, fault, of }),
    cookiesDropped: (n) => {
      for (let i = 0; i < n; i++) count('droppedCookies', {})
    },
    gateCalled: (kind, outcome, callUs) => {
      const call = gateCallNames[kind]
      if (call === undefined) return
      // What never got as far as a connection has no time.
      const time = Number.isNaN(callUs) ? {} : { us: us(callUs) }
      count('gateCalls', { call, outcome: outcomeNames[outcome] ?? 'malformed', ...time })
    },
  }
}

const us = (value: number): string => String(usBucket(Math.max(0, value)))

/** Answered, whatever it said, or timed out: what has a service time. */
const wasAnswered = (outcome: (typeof outcomeNames)[number]): boolean =>
  outcome !== 'refused' &&
  outcome !== 'reset' &&
  outcome !== 'connectTimeout' &&
  outcome !== 'dropped'
