import type { Ending } from '../../record/verdict-codes.ts'
import { finishedEnding, interruptedEnding } from '../../record/verdict-codes.ts'

/** k6's exit codes that mean something of their own. */
const k6ExitCodes = {
  thresholdCrossed: 99,
  rejectedOptions: 104,
  interrupted: 105,
  scriptFailed: 107,
  scriptStopped: 108,
} as const

/** What k6's exit code says of its run. */
export interface K6End {
  readonly ending: Extract<Ending, { kind: 'finished' | 'interrupted' | 'failed' }>
  /**
   * Its threshold on dropped iterations was crossed. Whether they are too many, the importer counts:
   * k6's threshold is the same half per cent.
   */
  readonly isThresholdCrossed: boolean
}

/** `code` is `null` where a signal ended k6; `output` is what it wrote last, '' for nothing. */
export function k6EndOf(code: number | null, output: string): K6End {
  const isThresholdCrossed = code === k6ExitCodes.thresholdCrossed
  if (code === 0 || isThresholdCrossed) return { ending: finishedEnding, isThresholdCrossed }
  if (code === k6ExitCodes.interrupted) return { ending: interruptedEnding, isThresholdCrossed }
  const detail = { code: 'K6Failed', exitCode: code, output } as const
  return { ending: { kind: 'failed', detail }, isThresholdCrossed }
}
