import { chooseRounded } from './binned-fit.ts'
import { distributionPicture } from './distribution-picture.ts'
import type { Fitted } from './estimate.ts'
import type { ResponseSample } from '../logs/response-samples.ts'
import { countText, estimate } from './numbers.ts'

/** A step of the scenario that is fitted, as far as a log's paths can be told to be it. */
export interface FittedStep {
  readonly name: string
  /** Of its request; `null` where it states none. */
  readonly path: string | null
  readonly visits: number
}

const minResponses = 50
/** So many of the quietest seconds are enough, busier ones are left out. */
const enough = 400
const measure = 'a rehearsal in steps of load with --observe, given by --steps'

/**
 * Response times of each step while the log was quiet: with nobody waiting, a response is service and
 * what the network and the servers' own software add, so that it is an upper bound of the service
 * time. A step with one visit gets its distribution; how a response is divided among several stations
 * no log tells.
 */
export function fitResponses(
  samples: readonly ResponseSample[],
  steps: readonly FittedStep[],
  source: string,
): Fitted {
  const parts = steps.map((step, i): Fitted => {
    const path = `journey[${i}].visits`
    const own = samples.filter((sample) => isOf(step, sample.path))
    const missing = (reason: string): Fitted => ({
      estimates: [],
      settings: {},
      notIdentified: [{ path, reason, measure }],
      pictures: [],
    })
    const quiet = quietest(own)
    if (quiet.length < minResponses) {
      return missing(
        own.length === 0
          ? `no path of the log is that of the step ${step.name}, or it does not say how long requests took`
          : `${countText(quiet.length)} responses are too few, ${minResponses} are needed`,
      )
    }
    const chosen = chooseRounded(quiet, 1)
    const picture = distributionPicture(
      {
        name: `response-${step.name.replaceAll(/[^\w-]/g, '-')}`,
        title: `Response times of ${step.name} at low load`,
        how: `${source}, ${countText(quiet.length)} responses of its quietest seconds. An upper bound of the service time: a log sees responses, not service.`,
        xLabel: 'milliseconds',
      },
      quiet,
      chosen,
    )
    if (step.visits !== 1 || chosen === null) {
      const reason = `a log sees responses, not how they are divided among the ${step.visits} visits of ${step.name}`
      return { ...missing(reason), pictures: [picture] }
    }
    const at = `${path}[0].serviceMs`
    const told = {
      source: `${source}, responses at low load: an upper bound of the service time; ${chosen.dist.dist}, maximum likelihood`,
      count: quiet.length,
    }
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

/** By the path that the step's request states, or by its last part, which is the step's name. */
function isOf({ name, path }: FittedStep, logged: string): boolean {
  const parts = (text: string) => text.split('/').filter((part) => part !== '')
  if (path === null) return parts(logged).at(-1)?.toLowerCase() === name.toLowerCase()
  const wanted = parts(path.split(/[?#]/, 1)[0] ?? '')
  const found = parts(logged)
  const isHole = (part: string | undefined) => part === ':id' || part?.includes('${') === true
  return (
    wanted.length === found.length &&
    wanted.every((part, i) => part === found[i] || isHole(part) || isHole(found[i]))
  )
}

function quietest(samples: readonly ResponseSample[]): number[] {
  const values: number[] = []
  for (const { ms } of samples.toSorted((a, b) => a.load - b.load)) {
    if (values.length >= enough) break
    values.push(...ms)
  }
  return values
}
