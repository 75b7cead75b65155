import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** A font that covers Latin and Hangul, so that 대기열 is drawn and not boxes. */
export const fontFamily = 'Nanum Gothic'

const fontFolder = join(dirname(require.resolve('@fontsource/nanum-gothic/package.json')), '')
const weights = [400, 700] as const

/** Paths of the whole font files: the parts for Latin and for Hangul, normal and bold. */
export function fontFiles(): string[] {
  return weights.flatMap((weight) =>
    ['latin', 'korean'].map((part) =>
      join(fontFolder, 'files', `nanum-gothic-${part}-${weight}-normal.woff2`),
    ),
  )
}

interface Slice {
  file: string
  /** First and last code point of each stretch it covers. */
  stretches: [number, number][]
  range: string
}

function slicesOf(weight: number): Slice[] {
  const css = readFileSync(join(fontFolder, `${weight}.css`), 'utf8')
  const faces = css.matchAll(/url\(\.\/files\/([\w-]+\.woff2)\)[^}]*?unicode-range:\s*([^;]+);/g)
  return [...faces].map(([, file = '', range = '']) => ({
    file,
    range,
    stretches: range.split(',').map((part): [number, number] => {
      const [from = '', to = from] = part.trim().replace(/^U\+/i, '').split('-')
      return [parseInt(from, 16), parseInt(to, 16)]
    }),
  }))
}

/**
 * `@font-face` rules that carry the font's slices which `text` needs as data: the page looks the
 * same on a machine without any Hangul font, and grows by some ten kilobytes a slice only.
 */
export function fontFaces(text: string): string {
  const points = new Set([...text].map((character) => character.codePointAt(0) ?? 0))
  return weights
    .flatMap((weight) => {
      const slices = slicesOf(weight)
      const latin = slices.filter(({ file }) => file.includes('-latin-'))
      const others = [...points].filter((point) => !latin.some((slice) => covers(slice, point)))
      const needed = slices.filter((slice) => others.some((point) => covers(slice, point)))
      return [...new Set([...needed, ...latin])].map((slice) => faceOf(slice, weight))
    })
    .join('\n')
}

function covers({ stretches }: Slice, point: number): boolean {
  return stretches.some(([from, to]) => point >= from && point <= to)
}

function faceOf({ file, range }: Slice, weight: number): string {
  const data = readFileSync(join(fontFolder, 'files', file)).toString('base64')
  return `@font-face{font-family:'${fontFamily}';font-weight:${weight};font-display:swap;src:url(data:font/woff2;base64,${data}) format('woff2');unicode-range:${range}}`
}
