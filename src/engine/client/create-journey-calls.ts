import { Outcome, type AnswerFaultName } from '../../core/codes.ts'
import { DambreakError, type Fault } from '../../core/errors.ts'
import {
  shortageFaults,
  type cellOf,
  type PersonTables,
} from '../../scenario/request/person-data.ts'
import { requestOf } from '../../scenario/request/request.ts'
import type { Scenario, Step } from '../../scenario/schema/schema.ts'
import { Answer } from '../../workload/behaviour.ts'
import type { Population } from '../../workload/population.ts'
import { Page, answerReader, type AnswerReader } from './answers.ts'
import { answerRulesOf, type AnswerRules } from '../../scenario/request/answer-rules.ts'
import { foldCookies, setsCookies, type CookieSite } from './cookies.ts'
import { extractorOf, type Extractor } from './extracts.ts'
import type { Asking, Values } from './fill.ts'
import { createIdentity, type Identity } from './identity.ts'
import type { Caller, JourneyCalls, AnswerReading } from './journey-calls.ts'
import type { Kept } from './kept.ts'
import { linkUsesOf, type LinkUse } from './links.ts'
import { hopOf, isRedirect, maxHops } from './redirects.ts'
import { compileRequest, type CompiledRequest, type Hop } from './step-request.ts'
import { Want, type Outgoing, type Reply, type Target } from './transport.ts'
import { createValues, environmentFaults, type Environment } from './values.ts'

export interface JourneyInputs {
  readonly population: Pick<Population, 'came' | 'eligibleCame'>
  readonly seed: number
  /** Begins the name of every person: letters, digits, dots, dashes, underscores; at most 40. */
  readonly runCode: string
  /** Where `${env.NAME}` gets its text from; it is written into requests and nowhere else. */
  readonly environment: Environment
  /** Who the persons are; absent: drawn from the scenario. */
  readonly identity?: Identity
  /** The scenario's data files. */
  readonly tables: PersonTables
  /** How a cell of theirs is read; absent: as the scenario's loader keeps it. */
  readonly cell?: typeof cellOf
  readonly target: Pick<Target, 'protocol' | 'host' | 'basePath' | 'isLoopback'>
  /** Milliseconds since the epoch, for cookies that expire. */
  readonly epochMs: () => number
}

/** What a run of the scenario lacks: rows of data for all who come, variables of the environment. */
export function callFaults(
  scenario: Scenario,
  { tables, population, environment }: JourneyInputs,
): Fault[] {
  return [
    ...shortageFaults(scenario, tables, population.came),
    ...environmentFaults(scenario, environment),
  ]
}

/**
 * The journey's requests made ready, and its answers understood.
 * @throws DambreakError of kind `scenario` with all of `callFaults`
 */
export function createJourneyCalls(scenario: Scenario, inputs: JourneyInputs): JourneyCalls {
  throwFaults(scenario, inputs)
  const values = valuesOf(scenario, inputs)
  const context = { values, inputs, rules: answerRulesOf(scenario), links: linkUsesOf(scenario) }
  const calls = scenario.journey.map((step) => callOf(step, context))
  return new Calls(calls, scenario, inputs)
}

/**
 * The one request that takes a booking back, as a journey of one step; `null` where the scenario
 * has none. It may ask for whatever the journey's answers left its visitor.
 */
export function createUndoCalls(scenario: Scenario, inputs: JourneyInputs): JourneyCalls | null {
  if (scenario.undo === undefined) return null
  throwFaults(scenario, inputs)
  const step = { step: 'undo', ...scenario.undo }
  const context = {
    values: valuesOf(scenario, inputs),
    inputs,
    rules: answerRulesOf(scenario),
    links: linkUsesOf(scenario),
  }
  return new Calls([callOf(step, context)], scenario, inputs)
}

function throwFaults(scenario: Scenario, inputs: JourneyInputs): void {
  const faults = callFaults(scenario, inputs)
  if (faults.length === 0) return
  throw new DambreakError('scenario', `the scenario ${scenario.name} cannot be performed`, faults)
}

function valuesOf(scenario: Scenario, inputs: JourneyInputs): Values {
  const identity = inputs.identity ?? createIdentity(scenario, inputs)
  return createValues(scenario, { ...inputs, identity })
}

/** One step, compiled. */
interface Call {
  readonly request: CompiledRequest
  readonly reader: AnswerReader
  readonly extractor: Extractor
  readonly takesCookies: boolean
  readonly followsRedirects: boolean
  readonly want: number
}

type CallStep = Pick<Step, 'step' | 'request' | 'expect'>

/** The reference stack's own pages set no cookies and lead nowhere else. */
const ownPages = { cookies: false, redirects: false, extract: {} }

interface CallContext {
  readonly values: Values
  readonly inputs: JourneyInputs
  readonly rules: AnswerRules
  readonly links: ReadonlyMap<string, LinkUse>
}

function callOf(step: CallStep, { values, inputs, rules, links }: CallContext): Call {
  const { target, epochMs } = inputs
  const { cookies, redirects, extract } = step.request ?? ownPages
  const reader = answerReader(step.expect)
  const { maxValueChars } = rules
  const extractor = extractorOf(extract, { site: inputs, maxValueChars, links })
  return {
    request: compileRequest(requestOf(step), {
      values,
      basePath: target.basePath,
      sendsCookies: cookies,
      epochMs,
      links,
    }),
    reader,
    extractor,
    takesCookies: cookies,
    followsRedirects: redirects,
    want: reader.want | extractor.want | (cookies || redirects ? Want.head : Want.nothing),
  }
}

/** Where a visitor is who follows redirects; no field can have this name. */
const hopField = '→'

class Calls implements JourneyCalls {
  readonly keepsNothing: boolean
  private readonly calls: readonly Call[]
  private readonly site: CookieSite
  private readonly maxCookieChars: number
  private readonly page = new Page()
  private readonly asking: Asking = {
    person: 0,
    entity: 0,
    kept: { key: '', cookies: '', values: {} },
  }
  private readonly reading: { -readonly [K in keyof AnswerReading]: AnswerReading[K] } = {
    answer: 0,
    outcome: 0,
    next: null,
    keptChanged: false,
    fault: null,
    faultOf: '',
    droppedCookies: 0,
  }

  constructor(calls: readonly Call[], scenario: Scenario, site: CookieSite) {
    const { waitingRoom } = scenario
    this.calls = calls
    this.site = site
    this.maxCookieChars = answerRulesOf(scenario).maxCookieChars
    this.keepsNothing =
      waitingRoom.protocol === 'none' &&
      calls.every((call) => !call.takesCookies && !call.followsRedirects && !takesValues(call))
  }

  outgoing(index: number, caller: Caller, kept: Kept): Outgoing {
    return this.calls[index]!.request.outgoing(this.askedBy(caller, kept))
  }

  want(index: number): number {
    return this.calls[index]!.want
  }

  read(index: number, reply: Reply, kept: Kept, hops: number, caller: Caller): AnswerReading {
    const { reading } = this
    reading.answer = reply.outcome
    reading.outcome = reply.outcome
    reading.next = null
    reading.keptChanged = false
    reading.fault =
      reply.outcome === Outcome.malformed ? (reply.bodyFault ?? 'ResponseBroken') : null
    reading.faultOf = ''
    reading.droppedCookies = 0
    if (reply.status === 0 || !hasAnswered(reply.outcome)) return reading
    const call = this.calls[index]!
    const from = hops > 0 ? this.takeHop(kept) : null
    const asking = this.askedBy(caller, kept)
    const at = (): Hop => from ?? call.request.outgoing(asking)
    if (call.takesCookies && setsCookies(reply.head)) this.takeCookies(kept, reply.head, at().path)
    if (call.followsRedirects && isRedirect(reply.status) && !call.reader.awaits(reply.status)) {
      const hop = hops < maxHops ? hopOf(reply, at(), this.site.target) : null
      if (hop === null) this.blame('RedirectNotFollowed', '')
      else this.follow(call, asking, hop)
      return reading
    }
    const page = this.page.turnTo(reply)
    const answer = call.reader.read(page, reply.outcome)
    this.conclude(answer)
    if (page.fault !== null) this.blame(page.fault, page.faultOf)
    // Not what was asked for, however it was said: a status of 200 does not make it a good request.
    if (answer === Answer.closed || answer === Answer.notOpen) {
      reading.outcome = reply.outcome === Outcome.ok ? Outcome.http5xx : reply.outcome
    }
    if (answer === Answer.ok && takesValues(call)) {
      // Some values stand in links, which are relative to the page.
      if (call.extractor.take(page, kept, () => at().path)) reading.keptChanged = true
      else if (page.fault !== null) this.blame(page.fault, page.faultOf)
    }
    return reading
  }

  private takeCookies(kept: Kept, head: string, path: string): void {
    const { reading, site, maxCookieChars: maxChars } = this
    const { cookies, dropped } = foldCookies(kept.cookies, { head, path }, { site, maxChars })
    if (cookies !== kept.cookies) reading.keptChanged = true
    kept.cookies = cookies
    reading.droppedCookies = dropped
  }

  private blame(fault: AnswerFaultName, of: string): void {
    this.conclude(Outcome.malformed)
    this.reading.fault = fault
    this.reading.faultOf = of
  }

  private follow({ request }: Call, asking: Asking, hop: Hop): void {
    asking.kept.values[hopField] = `${hop.method} ${hop.path}`
    this.reading.keptChanged = true
    this.reading.next = request.redirected(asking, hop)
  }

  private takeHop({ values }: Kept): Hop | null {
    const text = values[hopField]
    if (text === undefined) return null
    delete values[hopField]
    this.reading.keptChanged = true
    const space = text.indexOf(' ')
    return { method: text.slice(0, space), path: text.slice(space + 1) }
  }

  /** An answer that a page expresses in its text is a good request; anything else keeps its outcome. */
  private conclude(answer: number): void {
    this.reading.answer = answer
    this.reading.outcome = answer > Outcome.dropped ? Outcome.ok : answer
  }

  private askedBy(caller: Caller, kept: Kept): Asking {
    const { asking } = this
    asking.person = caller.person
    asking.entity = caller.entity
    asking.kept = kept
    return asking
  }
}

const takesValues = ({ extractor }: Call): boolean => extractor.want !== Want.nothing

/** An answer came whole, whatever it says. */
function hasAnswered(outcome: number): boolean {
  return outcome === Outcome.ok || outcome === Outcome.http4xx || outcome === Outcome.http5xx
}
