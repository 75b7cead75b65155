import { Outcome } from '../../core/codes.ts'
import { atJsonPath, readJsonPath } from '../../scenario/request/json-path.ts'
import type { Expect, Match } from '../../scenario/request/request-schema.ts'
import { readTextPattern, searchedChars } from '../../scenario/request/text-pattern.ts'
import { Answer } from '../../workload/behaviour.ts'
import { Want, type Reply } from './transport.ts'

/** The page of one answer, its JSON read once and only if somebody asks. */
export class Page {
  private reply: Reply | null = null
  private parsed: unknown = undefined
  private isParsed = false

  turnTo(reply: Reply): this {
    this.reply = reply
    this.parsed = undefined
    this.isParsed = false
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

  /** What expressions are held against. */
  get searched(): string {
    const { body } = this
    return body.length > searchedChars ? body.slice(0, searchedChars) : body
  }

  /** `undefined` where the body is no JSON. */
  get json(): unknown {
    if (!this.isParsed) {
      this.isParsed = true
      this.parsed = parsedJson(this.body)
    }
    return this.parsed
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
    if (body.startsWith(`${statusField}ok"`) || !body.startsWith('{')) return Answer.ok
    const word = atJsonPath(page.json, ['status'])
    return (typeof word === 'string' ? statusWords.get(word) : undefined) ?? Answer.ok
  },
}

type Test = (page: Page) => boolean

function expectReader(expect: Expect): AnswerReader {
  const { status, body, soldOut, alreadyBooked, ineligible, notOpen, closed } = expect
  const words: (readonly [number, Test])[] = []
  const add = (answer: number, match: Match | undefined) => {
    if (match !== undefined) words.push([answer, testOf(match)])
  }
  add(Answer.soldOut, soldOut)
  add(Answer.alreadyBooked, alreadyBooked)
  add(Answer.ineligible, ineligible)
  add(Answer.notOpen, notOpen)
  add(Answer.closed, closed)
  const isGood = statusTest(status)
  const fits = body === undefined ? null : testOf(body)
  const matches = [body, soldOut, alreadyBooked, ineligible, notOpen, closed]
  const awaited = new Set([status, ...matches.map((match) => match?.status)].flat())
  return {
    want: matches.some(readsBody) ? Want.body : Want.nothing,
    awaits: (given) => awaited.has(given),
    read: (page, outcome) => {
      for (const [answer, test] of words) if (test(page)) return answer
      if (isGood === null ? outcome !== Outcome.ok : !isGood(page)) {
        return outcome === Outcome.ok ? Outcome.malformed : outcome
      }
      return fits === null || fits(page) ? Answer.ok : Outcome.malformed
    },
  }
}

function readsBody(match: Match | undefined): boolean {
  return match?.text !== undefined || match?.regex !== undefined || match?.json !== undefined
}

function statusTest(status: Match['status']): Test | null {
  if (status === undefined) return null
  if (typeof status === 'number') return (page) => page.status === status
  const good = new Set(status)
  return (page) => good.has(page.status)
}

function testOf({ status, text, regex, json }: Match): Test {
  const tests: Test[] = []
  const hasStatus = statusTest(status)
  if (hasStatus !== null) tests.push(hasStatus)
  if (text !== undefined) tests.push((page) => page.searched.includes(text))
  if (regex !== undefined) {
    const pattern = readTextPattern(regex)
    if (typeof pattern === 'string') throw new Error(`dambreak bug: unchecked: ${pattern}`)
    tests.push((page) => pattern.test(page.searched))
  }
  if (json !== undefined) {
    const { equals } = json
    const path = readJsonPath(json.path) ?? []
    tests.push((page) => atJsonPath(page.json, path) === equals)
  }
  return (page) => tests.every((test) => test(page))
}
