import { headerValues } from './head-fields.ts'

/** What an answer's header says of its body. */
export interface BodyFacts {
  /** Content codings in lower case, in the order in which they were applied; `identity` left out. */
  readonly codings: readonly string[]
  /** `text/html`, in lower case; '' where none is stated. */
  readonly mediaType: string
  /** Label of the stated charset, in lower case; '' where none is. */
  readonly charset: string
}

export function bodyFactsOf(head: string): BodyFacts {
  const codings = headerValues(head, 'content-encoding')
    .flatMap((value) => value.split(','))
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity')
  return { codings, ...contentTypeOf(headerValues(head, 'content-type').at(-1) ?? '') }
}

const charsetPattern = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,"']+))/i

function contentTypeOf(value: string): Pick<BodyFacts, 'mediaType' | 'charset'> {
  const [, double, single, bare] = charsetPattern.exec(value) ?? []
  const [mediaType = ''] = value.split(/[;,]/, 1)
  return {
    mediaType: mediaType.trim().toLowerCase(),
    charset: (double ?? single ?? bare ?? '').trim().toLowerCase(),
  }
}

/** Whether a page is HTML: by its type, and where it has none by its beginning. */
export function isHtml(mediaType: string, text: string): boolean {
  if (mediaType !== '') return mediaType === 'text/html' || mediaType === 'application/xhtml+xml'
  return /^\s*<(?:!doctype|!--|html|head|body|meta|title|form)\b/i.test(text.slice(0, 256))
}

const isXml = (mediaType: string): boolean => /[/+]xml$/.test(mediaType)

/**
 * The charset that a page states within itself (HTML: "prescan a byte stream", but as far as the
 * page goes: browsers start anew at a `<meta>` that stands further down; XML: its declaration).
 * `text`: the page, byte by byte or with what is not ASCII replaced. `''` where it states none that
 * is known.
 */
export function charsetWithin(
  { mediaType }: Pick<BodyFacts, 'mediaType'>,
  text: string,
  isKnown: (label: string) => boolean,
): string {
  const isMarkup = isHtml(mediaType, text) || isXml(mediaType)
  if (!isMarkup) return ''
  const [, xml = ''] = /^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"'>]+)/i.exec(text) ?? []
  const labels = [xml, ...(isHtml(mediaType, text) ? metaLabels(text) : [])]
  for (const label of labels) {
    const name = label.trim().toLowerCase()
    // Whoever could read these words did not read UTF-16.
    if (/^utf-?16/.test(name)) return 'utf-8'
    if (name === 'x-user-defined') return 'windows-1252'
    if (name !== '' && isKnown(name)) return name
  }
  return ''
}

function* metaLabels(text: string): Generator<string, void, void> {
  for (const [, tag] of text.matchAll(/<!--[^]*?(?:-->|$)|<meta(?=[\s/])([^>]{0,2048})>/gi)) {
    if (tag === undefined) continue
    const attributes = attributesOf(tag)
    const own = attributes.get('charset')
    if (own !== undefined) yield own
    else if (attributes.get('http-equiv')?.toLowerCase() === 'content-type') {
      const content = attributes.get('content') ?? ''
      const [, label] = /charset\s*=\s*["']?\s*([^\s;"']+)/i.exec(content) ?? []
      if (label !== undefined) yield label
    }
  }
}

function attributesOf(tag: string): Map<string, string> {
  const attributes = new Map<string, string>()
  const pattern = /([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g
  for (const [, name = '', double, single, bare] of tag.matchAll(pattern)) {
    const key = name.toLowerCase()
    if (!attributes.has(key)) attributes.set(key, double ?? single ?? bare ?? '')
  }
  return attributes
}
