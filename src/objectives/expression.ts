import { DambreakError, type Fault } from '../core/errors.ts'
import { clockSec } from '../scenario/clock.ts'
import { resolvePath, type KnownNames } from './paths.ts'
import { pathsOf, type ComparisonOperator, type Term } from './term.ts'

/**
 * The little language of a scenario's `slo` and `reported`:
 *
 *   expression  sum [ < | <= | > | >= | == | != sum ] [ during <clock>..<clock> | at <clock> ]
 *   sum         product { + | − product },  product  factor { * | / factor }
 *   factor      number | path | − factor | ( sum )
 *   path        waitSec.p95, people.booked, stations.db.utilisation, steps."step 2".count, …
 *
 * A clause of time binds to the whole expression. `stopWhen` knows `for <n>s` in its place.
 */
export interface Expression {
  readonly text: string
  readonly left: Term
  readonly comparison: { readonly operator: ComparisonOperator; readonly right: Term } | null
  readonly clause: Clause
}

/** Clock texts stay texts: what they mean depends on the run's opening. */
export type Clause =
  | { readonly kind: 'whole' }
  | { readonly kind: 'during'; readonly from: string; readonly to: string }
  | { readonly kind: 'at'; readonly at: string }
  | { readonly kind: 'for'; readonly sec: number }

export interface ParseOptions extends KnownNames {
  /** ISO 8601 with offset; without it clock texts are checked for their form only. */
  readonly opensAt?: string
}

/** The parsed expression, or what is wrong with it (with an empty path). */
export function parseExpression(text: string, options: ParseOptions = {}): Expression | Fault {
  try {
    return new Parser(text, options).expression()
  } catch (error) {
    if (error instanceof DambreakError) return { path: '', message: error.message }
    throw error
  }
}

export function isFault(parsed: Expression | Fault): parsed is Fault {
  return 'message' in parsed
}

/** Whether a term reads anything of a run. */
export function readsRun(term: Term): boolean {
  return pathsOf(term).length > 0
}

/** A fault on its way out of the descent; it never leaves this file. */
function refusal(message: string): DambreakError {
  return new DambreakError('scenario', message)
}

const comparisons: readonly ComparisonOperator[] = ['<=', '>=', '==', '!=', '<', '>']
const numberForm = /(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y
const wordForm = /[A-Za-z_]\w*/y
/** Names of steps and stations are people's own, so they may hold dashes and any script. */
const nameForm = /"[^"]+"|[^\s.()+*/<>=!"]+/uy
const clauseWords = ['during', 'at', 'for']

/** Longer texts are refused before they are parsed: terms nest, and each level takes stack. */
const maxChars = 2000
const maxDepth = 64

class Parser {
  readonly #text: string
  readonly #options: ParseOptions
  #at = 0
  /** Open parentheses and signs around the current factor. */
  #depth = 0

  constructor(text: string, options: ParseOptions) {
    this.#text = text
    this.#options = options
  }

  expression(): Expression {
    const text = this.#text.trim()
    if (text === '') throw refusal('is empty')
    if (text.length > maxChars) throw refusal(`is longer than ${maxChars} characters`)
    const left = this.#sum()
    const operator = comparisons.find((sign) => this.#taken(sign))
    const comparison = operator === undefined ? null : { operator, right: this.#sum() }
    const clause = this.#clause()
    const expression = { text, left, comparison, clause }
    checkClause(expression)
    return expression
  }

  #sum(): Term {
    let left = this.#product()
    for (;;) {
      const operator = this.#oneOf('+', '-')
      if (operator === null) return left
      left = { kind: 'arithmetic', operator, left, right: this.#product() }
    }
  }

  #product(): Term {
    let left = this.#factor()
    for (;;) {
      const operator = this.#oneOf('*', '/')
      if (operator === null) return left
      left = { kind: 'arithmetic', operator, left, right: this.#factor() }
    }
  }

  #factor(): Term {
    if (this.#taken('-')) return { kind: 'negated', operand: this.#nested(() => this.#factor()) }
    if (this.#taken('(')) {
      const inner = this.#nested(() => this.#sum())
      if (!this.#taken(')')) throw refusal(`misses a ")" ${this.#where()}`)
      return inner
    }
    const number = this.#match(numberForm)
    if (number !== null) return { kind: 'number', value: Number(number.replaceAll('_', '')) }
    const path = this.#path()
    const found = resolvePath(path, this.#options)
    if (typeof found === 'string') throw refusal(found)
    return { kind: 'path', path: path.join('.'), reading: found }
  }

  #nested(term: () => Term): Term {
    this.#depth += 1
    if (this.#depth > maxDepth) throw refusal(`nests more than ${maxDepth} parentheses or signs`)
    const inner = term()
    this.#depth -= 1
    return inner
  }

  #path(): string[] {
    this.#skipSpace()
    const start = this.#at
    const word = this.#match(wordForm)
    if (word === null || clauseWords.includes(word)) {
      this.#at = start
      throw refusal(`needs a number or a path ${this.#where()}`)
    }
    const segments = [word]
    while (this.#text[this.#at] === '.') {
      this.#at += 1
      const named = segments.length === 1 && (word === 'steps' || word === 'stations')
      const segment = this.#matchHere(named ? nameForm : /\w+/y)
      if (segment === null) throw refusal(`has a path that ends in a dot ${this.#where()}`)
      segments.push(segment.replace(/^"(.*)"$/, '$1'))
    }
    return segments
  }

  #clause(): Clause {
    const word = this.#match(wordForm)
    const rest = this.#text.slice(this.#at).trim()
    if (word === null && rest === '') return { kind: 'whole' }
    if (word === 'during') return this.#during(rest)
    if (word === 'at') return { kind: 'at', at: this.#clock(rest) }
    if (word === 'for') {
      const sec = /^(\d+(?:\.\d+)?)\s*s$/.exec(rest)?.[1]
      if (sec === undefined) throw refusal(`needs seconds after "for", as in "for 30s"`)
      return { kind: 'for', sec: Number(sec) }
    }
    throw refusal(`does not go on with "${`${word ?? ''} ${rest}`.trim()}"`)
  }

  #during(rest: string): Clause {
    const ends = rest.split('..')
    if (ends.length !== 2) {
      throw refusal('needs two clock times after "during", as in "during 20:00..20:10"')
    }
    const [from = '', to = ''] = ends.map((end) => this.#clock(end.trim()))
    const { opensAt } = this.#options
    if (opensAt !== undefined && (clockSec(from, opensAt) ?? 0) >= (clockSec(to, opensAt) ?? 0)) {
      throw refusal(`has a window that ends before it starts: ${from}..${to}`)
    }
    return { kind: 'during', from, to }
  }

  #clock(text: string): string {
    // Any opening will do to tell whether the text is a clock time at all.
    if (clockSec(text, this.#options.opensAt ?? '2021-07-19T20:00:00+09:00') !== null) return text
    throw refusal(`needs a clock time such as 20:00 or 20:00:30, got "${text}"`)
  }

  #oneOf<T extends string>(...signs: T[]): T | null {
    return signs.find((sign) => this.#taken(sign)) ?? null
  }

  #taken(sign: string): boolean {
    this.#skipSpace()
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    return true
  }

  #match(form: RegExp): string | null {
    this.#skipSpace()
    return this.#matchHere(form)
  }

  #matchHere(form: RegExp): string | null {
    form.lastIndex = this.#at
    const found = form.exec(this.#text)?.[0] ?? null
    if (found !== null) this.#at += found.length
    return found
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1
  }

  #where(): string {
    const rest = this.#text.slice(this.#at).trim()
    return rest === '' ? 'at its end' : `before "${rest}"`
  }
}

/** A clause of time needs paths that are kept over time. */
function checkClause({ left, comparison, clause }: Expression): void {
  if (clause.kind === 'whole') return
  const terms = comparison === null ? [left] : [left, comparison.right]
  for (const { path, reading } of terms.flatMap(pathsOf)) {
    if (reading.overTime) continue
    const instead = path === 'visitors.booked' ? ', or write people.booked' : ''
    throw refusal(`${path} is known for the whole run only; drop "${clause.kind} …"${instead}`)
  }
}
