import { isMapping } from '../../scenario/plain.ts'
import { numericNames, templateOf, type Template } from '../../scenario/request/template.ts'
import type { Kept } from './kept.ts'

/** Who a request is filled in for; used again for one after the other. */
export interface Asking {
  person: number
  entity: number
  kept: Kept
}

/** The text of one place. */
export type Value = (asking: Asking) => string

/** Where the text of a name comes from. */
export type Values = (name: string) => Value

/** A text made ready: `constant` where there is nothing to be filled in. */
export interface Filler {
  readonly constant: string | null
  fill(asking: Asking): string
}

/** Texts with values between them, each encoded for the place where it stands. */
export function fillerOf(texts: readonly string[], values: readonly Value[]): Filler {
  const [first = ''] = texts
  if (values.length === 0) return { constant: first, fill: () => first }
  const count = values.length
  return {
    constant: null,
    fill: (asking) => {
      let text = first
      for (let i = 0; i < count; i++) text += values[i]!(asking) + texts[i + 1]!
      return text
    },
  }
}

export type Encode = (text: string) => string

export function fillerOfTemplate(template: Template, values: Values, encode: Encode): Filler {
  const encoded = template.names.map((name): Value => {
    const value = values(name)
    return (asking) => encode(value(asking))
  })
  return fillerOf(template.texts, encoded)
}

/** Anything within a query or a form's field. */
export const encodeField: Encode = (text) => encodeURIComponent(text.toWellFormed())

/**
 * Anything within one segment of a path. A value of one or two dots cannot be said there: such a
 * segment is a step up or none, encoded or not; it is encoded twice.
 */
export const encodeSegment: Encode = (text) =>
  text === '.' || text === '..' ? text.replaceAll('.', '%252E') : encodeField(text)

/** A header's value is Latin-1 without control characters; all else is percent-encoded. */
export const encodeHeader: Encode = (text) =>
  /[^ -~\u00a0-\u00ff]/.test(text)
    ? text.toWellFormed().replaceAll(/[^ -~\u00a0-\u00ff]/gu, encodeURIComponent)
    : text

/** As a header's value, and within one cookie of several. */
export const encodeCookie: Encode = (text) => encodeHeader(text).replaceAll(';', '%3B')

/** The inside of a JSON string. */
export const encodeJson: Encode = (text) => JSON.stringify(text).slice(1, -1)

export const encodeNothing: Encode = (text) => text

/** A body as JSON: its texts are templates; a number's name alone is a number. */
export function jsonFiller(body: unknown, values: Values): Filler {
  const texts = ['']
  const found: Value[] = []
  const write = (text: string) => {
    texts[texts.length - 1] += text
  }
  const place = (value: Value) => {
    found.push(value)
    texts.push('')
  }
  const text = (template: Template) => {
    const [only = ''] = template.names
    if (template.names.length === 1 && template.texts.join('') === '' && numericNames.has(only)) {
      place(values(only))
      return
    }
    write('"')
    template.texts.forEach((piece, i) => {
      if (i > 0) {
        const value = values(template.names[i - 1] ?? '')
        place((asking) => encodeJson(value(asking)))
      }
      write(encodeJson(piece))
    })
    write('"')
  }
  const inner = (value: unknown) => {
    if (typeof value === 'string') text(templateOf(value))
    else if (Array.isArray(value)) list('[]', value, inner)
    else if (isMapping(value)) {
      list('{}', Object.entries(value), ([key, field]) => {
        write(`${JSON.stringify(key)}:`)
        inner(field)
      })
    } else write(JSON.stringify(value))
  }
  const list = <T>(brackets: string, items: readonly T[], each: (item: T) => void) => {
    write(brackets.charAt(0))
    items.forEach((item, i) => {
      if (i > 0) write(',')
      each(item)
    })
    write(brackets.charAt(1))
  }
  inner(body)
  return fillerOf(texts, found)
}

/** A flat mapping as `application/x-www-form-urlencoded`. */
export function formFiller(body: Readonly<Record<string, unknown>>, values: Values): Filler {
  const texts = ['']
  const found: Value[] = []
  Object.entries(body).forEach(([name, given], i) => {
    const template = templateOf(String(given))
    texts[texts.length - 1] += `${i > 0 ? '&' : ''}${encodeField(name)}=`
    template.texts.forEach((piece, j) => {
      if (j > 0) {
        const value = values(template.names[j - 1] ?? '')
        found.push((asking) => encodeField(value(asking)))
        texts.push('')
      }
      texts[texts.length - 1] += encodeField(piece)
    })
  })
  return fillerOf(texts, found)
}
