import { chooseRounded } from './binned-fit.ts'
import { distributionPicture } from './distribution-picture.ts'
import type { DataSource } from './data-source.ts'
import type { Fitted } from './estimate.ts'
import type { GapReason } from './gap.ts'
import type { ResponseSample } from '../logs/response-samples.ts'
import { estimate } from './numbers.ts'

/** A step of the scenario that is fitted. */
export interface FittedStep {
  readonly name: string
  readonly visits: number
}

const minResponses = 50
/** So many of the quietest seconds are enough, busier ones are left out. */
const enough = 400

/**
 * Response times of each step while the log was quiet: with nobody waiting, a response is service and
 * what the network and the servers' own software add, so that it is an upper bound of the service
 * time. A step with one visit gets its distribution; no log says how a response is divided among
 * several stations.
 */
export function fitResponses(
  samples: readonly ResponseSample[],
  steps: readonly FittedStep[],
  from: DataSource,
): Fitted {
  const parts = steps.map((step, i): Fitted => {
    const path = `journey[${i}].visits`
    const own = samples.filter((sample) => sample.step === i)
    const missing = (reason: GapReason): Fitted => ({
      estimates: [],
      settings: {},
      notIdentified: [{ path, ...reason }],
      pictures: [],
    })
    const quiet = quietest(own)
    if (quiet.length < minResponses) {
      return missing(
        own.length === 0
          ? { code: 'StepUnseen', step: step.name }
          : { code: 'FewResponses', responses: quiet.length, needed: minResponses },
      )
    }
    const chosen = chooseRounded(quiet, 1)
    const picture = distributionPicture(
      { code: 'Response', from, step: step.name, responses: quiet.length },
      quiet,
      chosen,
    )
    if (step.visits !== 1 || chosen === null) {
      const { name, visits } = step
      return { ...missing({ code: 'SeveralVisits', step: name, visits }), pictures: [picture] }
    }
    const at = `${path}[0].serviceMs`
    const basis = { code: 'LowLoadResponses', distribution: chosen.dist.dist } as const
    const told = { from, basis, count: quiet.length }
    return {
      estimates: Object.entries(chosen.parameters).map(([name, found]) =>
        estimate(`${at}.${name}`, found, told),
      ),
      settings: { [at]: { dist: chosen.dist.dist } },
      notIdentified: [],
      pictures: [picture],
    }
  })
  return {
    estimates: parts.flatMap(({ estimates }) => estimates),
    settings: Object.assign({}, ...parts.map(({ settings }) => settings)) as Fitted['settings'],
    notIdentified: parts.flatMap(({ notIdentified }) => notIdentified),
    pictures: parts.flatMap(({ pictures }) => pictures),
  }
}

function quietest(samples: readonly ResponseSample[]): number[] {
  const values: number[] = []
  for (const { ms } of samples.toSorted((a, b) => a.load - b.load)) {
    if (values.length >= enough) break
    values.push(...ms)
  }
  return values
}
