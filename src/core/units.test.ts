import { readdirSync, readFileSync } from 'node:fs'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import {
  bytesToMB,
  daysToMs,
  daysToSec,
  durationMsOf,
  hoursToMinutes,
  hoursToMs,
  hoursToSec,
  intervalMsOf,
  minutesToMs,
  minutesToSec,
  msToMinutes,
  msToNs,
  msToSec,
  msToUs,
  perMsToPerSec,
  perSecToPerMs,
  ratePerSecOf,
  secToDays,
  secToHours,
  secToMinutes,
  secToMs,
  secToUs,
  usToMs,
  usToSec,
} from './units.ts'

describe('conversions', () => {
  test('of times', () => {
    expect([secToMs(1.5), msToSec(1500), msToUs(1.5), usToMs(1500)]).toEqual([1500, 1.5, 1500, 1.5])
    expect([secToUs(2), usToSec(2e6), msToNs(2)]).toEqual([2e6, 2, 2e6])
    expect([minutesToSec(2), secToMinutes(90), minutesToMs(2), msToMinutes(90_000)]).toEqual([
      120, 1.5, 120_000, 1.5,
    ])
    expect([hoursToMinutes(2), hoursToSec(2), secToHours(5400), hoursToMs(2)]).toEqual([
      120, 7200, 1.5, 7_200_000,
    ])
    expect([daysToSec(2), secToDays(129_600), daysToMs(2)]).toEqual([172_800, 1.5, 172_800_000])
  })

  test('of rates and sizes', () => {
    expect([perSecToPerMs(36), perMsToPerSec(0.036)]).toEqual([0.036, 36])
    expect([intervalMsOf(40), durationMsOf(3, 40), ratePerSecOf(3, 75)]).toEqual([25, 75, 40])
    expect(bytesToMB(1_500_000)).toBe(1.5)
  })

  test('divide where they say so: a product with the inverse rounds elsewhere', () => {
    const ms = [3, 9, 17, 4097]
    expect(ms.map(msToSec)).toEqual(ms.map((one) => one / 1000))
    expect(ms.map(msToSec)).not.toEqual(ms.map((one) => one * 0.001))
  })
})

/** Factors between units of time, rate or size. */
const factors = new Set([0.001, 60, 1000, 3600, 60_000, 86_400, 1e6, 3_600_000, 86_400_000, 1e9])

/** What may multiply or divide by such a number by hand, and why. */
const allowed: readonly { path: string; code?: string; because: string }[] = [
  {
    path: 'report/format.ts',
    because: 'it breaks numbers into parts, and runs as text inside the HTML page: no imports',
  },
  {
    path: 'report/charts/axes.ts',
    code: '(opensAtSec + offsetSec + x) * 1000',
    because: 'it runs as text inside the HTML page: no imports',
  },
  {
    path: 'compare/headline-figures.ts',
    code: '0.001 * (value ?? 0)',
    because: 'a share of the value, not a unit',
  },
  {
    path: 'plan/analytic-line.ts',
    code: 'peak / 1000',
    because: 'a share of the peak, not a unit',
  },
  {
    path: 'record/finish.ts',
    code: 'opening[Opening.turnsIn60Sec]! / 60',
    because: 'a count within 60 s as a rate',
  },
  {
    path: 'statistics/minimise.ts',
    code: '1e-3 * Math.max(1, Math.abs(x))',
    because: 'a relative step, not a unit',
  },
]

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

function nodesOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf)
  if (!isNode(value)) return []
  return [value, ...Object.values(value).flatMap(nodesOf)]
}

const isFactor = (value: unknown): boolean =>
  isNode(value) &&
  value.type === 'Literal' &&
  'value' in value &&
  typeof value.value === 'number' &&
  factors.has(value.value)

/** The products and quotients of a source text that convert a unit by hand. */
function handConversions(text: string): string[] {
  return nodesOf(parseSync('source.ts', text).program)
    .filter(
      (node) =>
        node.type === 'BinaryExpression' &&
        'operator' in node &&
        'left' in node &&
        'right' in node &&
        (node.operator === '*' || node.operator === '/') &&
        (isFactor(node.left) || isFactor(node.right)),
    )
    .map((node) => text.slice(node.start, node.end))
}

describe('no conversion by hand', () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  /** Tests compute what they expect by themselves. */
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter(
      (path) =>
        path.endsWith('.ts') &&
        !path.endsWith('.test.ts') &&
        !path.includes('/testing/') &&
        path !== 'core/units.ts',
    )
    .flatMap((path) => {
      const text = readFileSync(root + path, 'utf8')
      // Parsing files that have no such product would take seconds.
      if (!/[*/] ?\d|\d ?[*/]/.test(text)) return []
      return handConversions(text).map((code) => ({ path, code }))
    })
  const isAllowed = (at: { path: string; code: string }) =>
    allowed.some(({ path, code }) => path === at.path && (code ?? at.code) === at.code)

  test('is seen in code, whatever its factor and side', () => {
    const text =
      "const a = (b + c) * 1000 / 60_000 // * 60\nconst d = `${1e6 * e} x * 1000` + 'f / 60'"
    expect(handConversions(text)).toEqual(['(b + c) * 1000 / 60_000', '(b + c) * 1000', '1e6 * e'])
    expect(handConversions('const a = b * 1001 + c % 60 + 1000')).toEqual([])
  })

  test('outside core/units.ts', () => {
    expect(found.filter((at) => !isAllowed(at))).toEqual([])
  })

  test('every exception is still there', () => {
    const gone = allowed.filter(
      (one) => !found.some((at) => at.path === one.path && (one.code ?? at.code) === at.code),
    )
    expect(gone).toEqual([])
  })
})
