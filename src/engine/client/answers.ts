import { Outcome, type AnswerFaultName } from '../../core/codes.ts'
import { atJsonPath, readJsonPath } from '../../scenario/request/json-path.ts'
import { jsonTextAt } from '../../scenario/request/json-text.ts'
import type { Expect, Match } from '../../scenario/request/request-schema.ts'
import { readTextPattern } from '../../scenario/request/text-pattern.ts'
import { Answer } from '../../workload/behaviour.ts'
import { Want, type BodyFault, type Reply } from './transport.ts'

/** The page of one answer, its JSON read once and only if somebody asks. */
export class Page {
  /** Why the answer is malformed, and by which entry of `expect` or `extract`; set by `blame`. */
  fault: AnswerFaultName | null = null
  faultOf = ''
  private reply: Reply | null = null
  private parsed: unknown = undefined
  private isParsed = false

  turnTo(reply: Reply): this {
    this.reply = reply
    this.parsed = undefined
    this.isParsed = false
    this.fault = null
    this.faultOf = ''
    return this
  }

  get status(): number {
    return this.reply?.status ?? 0
  }

  get head(): string {
    return this.reply?.head ?? ''
  }

  get body(): string {
    return this.reply?.body ?? ''
  }

  get bodyFault(): BodyFault | null {
    return this.reply?.bodyFault ?? null
  }

  /** `undefined` where the body is no JSON. */
  get json(): unknown {
    if (!this.isParsed) {
      this.isParsed = true
      this.parsed = parsedJson(this.body)
    }
    return this.parsed
  }

  /** The outcome of an answer that cannot be taken, and why. */
  blame(fault: AnswerFaultName, of: string): number {
    this.fault = fault
    this.faultOf = of
    return Outcome.malformed
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** What the pages of a step say: an `Answer` code. */
export interface AnswerReader {
  /** `Want` bits. */
  readonly want: number
  /** Whether the scenario speaks of this very status: then it is no redirect to be followed. */
  awaits(status: number): boolean
  /** Where it gives `malformed`, the page knows why. */
  read(page: Page, outcome: number): number
}

export function answerReader(expect: Expect | undefined): AnswerReader {
  return expect === undefined ? plainReader : expectReader(expect)
}

const statusWords: ReadonlyMap<string, number> = new Map([
  ['soldOut', Answer.soldOut],
  ['alreadyBooked', Answer.alreadyBooked],
  ['ineligible', Answer.ineligible],
])

/** The first field of the reference stack's answers. */
const statusField = '{"status":"'

/** Any status below 400 is good, unless the page says no as the reference stack's pages do. */
const plainReader: AnswerReader = {
  want: Want.body,
  awaits: () => false,
  read: (page, outcome) => {
    const { body } = page
    if (outcome === Outcome.http5xx && body.startsWith(`${statusField}off"`)) return Answer.closed
    if (outcome !== Outcome.ok) return outcome
    if (body.startsWith(`${statusField}ok"`)) return Answer.ok
    const { bodyFault } = page
    // What is no JSON object says nothing, however it goes on.
    if (!body.startsWith('{') && (bodyFault === null || body !== '')) return Answer.ok
    // The words that it may say are ASCII.
    const isRead = bodyFault === null || bodyFault === 'CharsetUnknown'
    if (!isRead) return page.blame(bodyFault, '')
    const word = atJsonPath(page.json, ['status'])
    return (typeof word === 'string' ? statusWords.get(word) : undefined) ?? Answer.ok
  },
}

/** Whether a page fits; a reason: it cannot be known. */
type Fit = boolean | AnswerFaultName
type Test = (page: Page) => Fit

function expectReader(expect: Expect): AnswerReader {
  const { status, body } = expect
  const entries = Object.entries(answersOf).flatMap(([name, answer]) => {
    const match = expect[name as keyof typeof answersOf]
    return match === undefined ? [] : [{ name, answer, match, test: testOf(match) }]
  })
  const isGood = statusTest(status)
  const fits = body === undefined ? null : testOf(body)
  const matches = [body, ...entries.map(({ match }) => match)]
  const awaited = new Set([status, ...matches.map((match) => match?.status)].flat())
  return {
    want: matches.some(readsBody) ? Want.body : Want.nothing,
    awaits: (given) => awaited.has(given),
    read: (page, outcome) => {
      for (const { name, answer, test } of entries) {
        const fit = test(page)
        if (fit === true) return answer
        if (fit !== false) return page.blame(fit, name)
      }
      if (isGood === null ? outcome !== Outcome.ok : !isGood(page)) {
        return outcome === Outcome.ok ? page.blame('NotAsExpected', 'status') : outcome
      }
      const fit = fits === null || fits(page)
      if (fit === true) return Answer.ok
      return page.blame(fit === false ? 'NotAsExpected' : fit, 'body')
    },
  }
}

/** What pages say beside yes, in the order in which it is looked for. */
const answersOf = {
  soldOut: Answer.soldOut,
  alreadyBooked: Answer.alreadyBooked,
  ineligible: Answer.ineligible,
  notOpen: Answer.notOpen,
  closed: Answer.closed,
} as const

function readsBody(match: Match | undefined): boolean {
  return match?.text !== undefined || match?.regex !== undefined || match?.json !== undefined
}

function statusTest(status: Match['status']): ((page: Page) => boolean) | null {
  if (status === undefined) return null
  if (typeof status === 'number') return (page) => page.status === status
  const good = new Set(status)
  return (page) => good.has(page.status)
}

function testOf({ status, text, regex, json }: Match): Test {
  const tests: Test[] = []
  const hasStatus = statusTest(status)
  if (hasStatus !== null) tests.push(hasStatus)
  if (text !== undefined) tests.push(textTest(text))
  if (regex !== undefined) {
    const pattern = readTextPattern(regex)
    if (typeof pattern === 'string') throw new Error(`dambreak bug: unchecked: ${pattern}`)
    tests.push((page) => pattern.test(page.body) || (page.bodyFault ?? false))
  }
  if (json !== undefined) tests.push(jsonTest(json))
  return (page) => {
    let doubt: Fit = true
    for (const test of tests) {
      const fit = test(page)
      if (fit === false) return false
      if (fit !== true) doubt = fit
    }
    return doubt
  }
}

function textTest(text: string): Test {
  // oxlint-disable-next-line no-control-regex
  const isAscii = /^[\u0000-\u007f]*$/.test(text)
  return (page) => {
    const { body } = page
    if (body.includes(text)) return true
    const { bodyFault } = page
    // ASCII is the same in (nearly) every charset.
    if (bodyFault === 'CharsetUnknown' && isAscii) return false
    return bodyFault ?? false
  }
}

function jsonTest({ path: pathText, equals }: NonNullable<Match['json']>): Test {
  const path = readJsonPath(pathText) ?? []
  // A whole number beyond 53 bits stands in quotes in a scenario, and is compared as it is written.
  const isLarge =
    typeof equals === 'string' && /^-?\d+$/.test(equals) && !Number.isSafeInteger(Number(equals))
  return (page) => {
    const value = atJsonPath(page.json, path)
    if (value === equals) return true
    if (isLarge && typeof value === 'number' && jsonTextAt(page.body, path) === equals) return true
    return page.bodyFault ?? false
  }
}
