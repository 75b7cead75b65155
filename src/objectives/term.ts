import type { Reading } from './paths.ts'

export type ComparisonOperator = '<' | '<=' | '>' | '>=' | '==' | '!='

export type Term =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'path'; readonly path: string; readonly reading: Reading }
  | { readonly kind: 'negated'; readonly operand: Term }
  | {
      readonly kind: 'arithmetic'
      readonly operator: '+' | '-' | '*' | '/'
      readonly left: Term
      readonly right: Term
    }

type Path = Extract<Term, { kind: 'path' }>

/** What a term comes to; null where a path has no value, and for a division by zero. */
export function termValue(term: Term, read: (path: Path) => number | null): number | null {
  if (term.kind === 'number') return term.value
  if (term.kind === 'path') return read(term)
  if (term.kind === 'negated') {
    const operand = termValue(term.operand, read)
    return operand === null ? null : -operand
  }
  const left = termValue(term.left, read)
  const right = termValue(term.right, read)
  if (left === null || right === null) return null
  const result = compute(term.operator, left, right)
  return Number.isFinite(result) ? result : null
}

function compute(operator: '+' | '-' | '*' | '/', left: number, right: number): number {
  if (operator === '+') return left + right
  if (operator === '-') return left - right
  return operator === '*' ? left * right : left / right
}

export function holds(left: number, operator: ComparisonOperator, right: number): boolean {
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  if (operator === '>') return left > right
  if (operator === '>=') return left >= right
  return operator === '==' ? left === right : left !== right
}

/** Every path of a term, in the order in which they stand. */
export function pathsOf(term: Term): Path[] {
  if (term.kind === 'negated') return pathsOf(term.operand)
  if (term.kind === 'arithmetic') return [...pathsOf(term.left), ...pathsOf(term.right)]
  return term.kind === 'path' ? [term] : []
}
