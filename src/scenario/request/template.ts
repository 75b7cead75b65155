/**
 * A text with places to be filled in: `${name}`. `$${` stands for `${` itself. The places lie
 * between the texts: there is one text more than there are names.
 */
export interface Template {
  readonly texts: readonly string[]
  readonly names: readonly string[]
}

/** Reads a text once; or gives the message of its fault. */
export function readTemplate(text: string): Template | string {
  const texts: string[] = []
  const names: string[] = []
  let literal = ''
  let at = 0
  while (at < text.length) {
    const dollar = text.indexOf('$', at)
    if (dollar < 0) break
    literal += text.slice(at, dollar)
    if (text.startsWith('$${', dollar)) {
      literal += '${'
      at = dollar + 3
    } else if (text.startsWith('${', dollar)) {
      const end = text.indexOf('}', dollar)
      const inside = end < 0 ? '' : text.slice(dollar + 2, end)
      if (end < 0 || inside.includes('{'))
        return 'a ${ is not closed by }; write $${ for a literal ${'
      const name = inside.trim()
      if (name === '') return '${} has no name in it'
      texts.push(literal)
      names.push(name)
      literal = ''
      at = end + 1
    } else {
      literal += '$'
      at = dollar + 1
    }
  }
  texts.push(literal + text.slice(at))
  return { texts, names }
}

/** As `readTemplate`, of a text that was checked when its scenario was parsed. */
export function templateOf(text: string): Template {
  const template = readTemplate(text)
  if (typeof template === 'string') throw new Error(`dambreak bug: unchecked template: ${template}`)
  return template
}

/** Prefix of names that stand for variables of the environment: `${env.TOKEN}`. */
export const environmentPrefix = 'env.'

/** Names that every request may be filled in with. */
export const ownNames = ['person', 'birthYear', 'place', 'date', 'ticket'] as const
export type OwnName = (typeof ownNames)[number]

/** Those among them that are numbers: alone in a JSON body they are no text. */
export const numericNames: ReadonlySet<string> = new Set<OwnName>(['birthYear', 'ticket'])
