import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** Where the page finds its Hangul, if the machine that shows it has none. */
export const fontPath = '/hangul.woff2'
export const fontType = 'font/woff2'
/** In the style it comes after what the machine may have: only who lacks Hangul loads it. */
export const fontFamily = 'Hangul of the page'

export const fontFace = `@font-face { font-family: '${fontFamily}'; font-display: swap;
  src: url('${fontPath}') format('woff2'); unicode-range: U+1100-11FF, U+3130-318F, U+AC00-D7A3 }`

let file: Uint8Array | null = null

export function fontFile(): Uint8Array {
  const { resolve } = createRequire(import.meta.url)
  const name = '@fontsource/nanum-gothic/files/nanum-gothic-korean-400-normal.woff2'
  file ??= readFileSync(resolve(name))
  return file
}
