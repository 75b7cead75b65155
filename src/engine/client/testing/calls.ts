import { Outcome } from '../../../core/codes.ts'
import type { ScenarioInput } from '../../../scenario/schema/schema.ts'
import { opening } from '../../testing/opening.ts'
import { createJourneyCalls, type JourneyInputs } from '../create-journey-calls.ts'
import type { JourneyCalls } from '../journey-calls.ts'
import type { Kept } from '../kept.ts'
import type { Reply } from '../transport.ts'

type StepInput = ScenarioInput['journey'][number]

const visits = [{ station: 'web', serviceMs: 1 }]

export const inputs = (edits: Partial<JourneyInputs> = {}): JourneyInputs => ({
  population: { came: 10, eligibleCame: 8 },
  seed: 1,
  runCode: 'run1',
  environment: { TOKEN: 'top secret' },
  tables: new Map(),
  target: { protocol: 'http:', host: '127.0.0.1:8080', basePath: '', isLoopback: true },
  epochMs: () => Date.parse('2021-07-19T11:00:00Z'),
  ...edits,
})

/** The calls of a journey whose steps are named by their numbers. */
export function callsOf(
  steps: readonly Partial<StepInput>[],
  { scenario, ...edits }: Partial<JourneyInputs> & { scenario?: Partial<ScenarioInput> } = {},
): JourneyCalls {
  const journey = steps.map((step, i) => ({ step: `s${i}`, visits, ...step }))
  return createJourneyCalls(opening({ journey, ...scenario }), inputs(edits))
}

export const nothingKept = (): Kept => ({ key: '', cookies: '', values: {} })

export const caller = { person: 3, entity: 5 }

/** An answer as a transport hands it over. */
export function replyOf(edits: Partial<Reply> = {}): Reply {
  const { status = 200 } = edits
  const outcome = status >= 500 ? Outcome.http5xx : status >= 400 ? Outcome.http4xx : Outcome.ok
  return {
    outcome,
    status,
    head: '',
    body: '',
    bodyFault: null,
    connectUs: -1,
    sentMs: 0,
    doneMs: 1,
    ...edits,
  }
}
