import type { Scenario } from '../../scenario/schema/schema.ts'
import type { Generated } from './generate.ts'
import { largestScale, peakNeeds, type Needs } from './needs.ts'

/** What a scenario would ask of this machine, and whether one thread of it can give that. */
export interface Prospect {
  readonly scenario: string
  readonly population: number
  readonly speed: number
  readonly needs: Needs
  /** Requests a second that one thread was seen to send in time. */
  readonly carriedPerSec: number
  readonly isCarried: boolean
  /** Population × speed that would be carried: rates go with it. */
  readonly largestScale: number
}

export function prospectOf(
  scenario: Scenario,
  { population, speed }: { population: number; speed: number },
  { scheduled }: Pick<Generated, 'scheduled'>,
): Prospect {
  const needs = peakNeeds(scenario, { population, speed })
  const carriedPerSec = scheduled.answeredPerSec
  return {
    scenario: scenario.name,
    population,
    speed,
    needs,
    carriedPerSec,
    isCarried: needs.requestsPerSec <= carriedPerSec,
    largestScale: largestScale(scenario, carriedPerSec),
  }
}

const rate = (perSec: number): string => Math.round(perSec).toLocaleString('en')
const figure = (value: number): string => Number(value.toPrecision(2)).toString()

/** The same as lines of text. */
export function prospectLines({ scenario, population, speed, ...of }: Prospect): string[] {
  const { requestsPerSec, arrivalsPerSec, pollsPerSec, stepsPerSec, atSec } = of.needs
  const when = atSec < 0 ? `${-atSec} s before the opening` : `${atSec} s after the opening`
  const parts = `arrivals ${rate(arrivalsPerSec)}, polls ${rate(pollsPerSec)}, booking steps ${rate(stepsPerSec)}`
  const verdict = of.isCarried ? 'carries that' : 'does not carry that'
  return [
    '',
    `${scenario} at --population ${population} --speed ${speed} asks for ${rate(requestsPerSec)} requests a second at most,`,
    `${when} (${parts}).`,
    `One thread here sends ${rate(of.carriedPerSec)} in time: it ${verdict}. Rates go with population × speed:`,
    `${figure(of.largestScale)} is the most (--population ${figure(of.largestScale)} --speed 1, say).`,
    'A real server answers more slowly than the bare one measured here, and what it answers is read.',
  ]
}
