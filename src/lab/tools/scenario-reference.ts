import { z } from 'zod'
import { namedLists } from '../../scenario/load/merge.ts'
import type { BlockDoc } from '../../scenario/schema/docs/block.ts'
import {
  blocks,
  isNumeric,
  isTypeBlock,
  typeOf,
  unitOfField,
  type Field,
} from '../../scenario/schema/fields.ts'
import { bare, defaultOf, isEvidenced, isOptional, optionsOf } from '../../scenario/schema/shape.ts'
import type { Schema } from '../../scenario/schema/shape.ts'
import { boundsOf, boundsText } from '../../scenario/schema/words.ts'

/** `docs/reference/scenario.md`: every field of a scenario, from the schema and its descriptions. */
export function scenarioReference(fields: readonly Field[]): string {
  return [
    '<!-- Written by `npm run schema` from the schema and its descriptions. Do not edit. -->',
    '',
    '# Scenario',
    '',
    'Every field of a scenario. `dambreak init` writes a first one, `dambreak validate` lists every fault',
    'with its line, and editors complete and check fields by',
    '[`scenario.schema.json`](../../scenarios/scenario.schema.json): begin the file with',
    '`# yaml-language-server: $schema=<path to scenario.schema.json>`.',
    '',
    ...blocks.map(({ title }) => `- [${title}](#${anchorOf(title)})`),
    '- [Extending a scenario](#extending-a-scenario)',
    ...blocks.flatMap((block) => section(block, fields)),
    '',
    extending,
  ].join('\n')
}

const anchorOf = (title: string): string => title.toLowerCase().replaceAll(' ', '-')

function section(block: BlockDoc, fields: readonly Field[]): string[] {
  const { path, title, about, example } = block
  return [
    '',
    `## ${title}`,
    '',
    path === '' || isTypeBlock(block) ? about : `\`${path}\`. ${about}`,
    '',
    '<!-- part of: a scenario -->',
    '',
    '```yaml',
    example.trimEnd(),
    '```',
    '',
    '| field | type | unit | default | example | meaning |',
    '|---|---|---|---|---|---|',
    ...rowsOf(fields.filter((field) => field.block === block)),
  ]
}

/** Kinds of an entry share a row where they share a field. */
function rowsOf(fields: readonly Field[]): string[] {
  const rows = new Map<string, string[]>()
  for (const field of fields) {
    const { name, kind, doc } = field
    const isKind = kind !== null && ['kind', 'dist'].includes(name)
    const cells = [
      fieldType(field),
      unitOfField(field) ?? '',
      defaultText(field),
      code(doc?.example),
      doc?.means ?? '',
    ]
    const key = JSON.stringify([isKind ? `${name}: ${kind}` : name, ...cells])
    const kinds = rows.get(key) ?? []
    rows.set(key, isKind || kind === null || kinds.includes(kind) ? kinds : [...kinds, kind])
  }
  // What tells the kinds apart comes first.
  const sorted = [...rows].toSorted(([a], [b]) => Number(isKindRow(b)) - Number(isKindRow(a)))
  return sorted.map(([key, kinds]) => {
    const [name = '', ...cells] = JSON.parse(key) as string[]
    const of = kinds.length === 0 ? '' : ` (${kinds.join(', ')})`
    return `| ${[`\`${name}\`${of}`, ...cells].map(cell).join(' | ')} |`
  })
}

const isKindRow = (key: string): boolean => /^\["(kind|dist): /.test(key)

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

function code(value: unknown): string {
  return value === undefined ? '' : `\`${typeof value === 'string' ? value : flow(value)}\``
}

/** YAML as one would write it on a line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    if (Object.keys(value).length === 0) return '{}'
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flow(inner)}`)
      .join(', ')} }`
  }
  const isPlain = typeof value !== 'string' || /^[\w./-]+$/.test(value)
  return isPlain ? String(value) : `'${value}'`
}

function defaultText({ schema, doc }: Field): string {
  if (!isOptional(schema)) return 'required'
  if (doc?.absent !== undefined) return doc.absent
  const value = defaultOf(schema)
  return value === '' ? 'empty' : code(value)
}

/** The type of a field: the block that describes its parts where it has one. */
function fieldType({ block, name, schema }: Field): string {
  // A number with evidence has the bounds of the field that it stands in.
  if (block.path === 'number' && isNumeric(schema)) return 'number'
  const path = block.path === '' ? name : `${block.path}.${name}`
  const own = blocks.find((one) => one.path === path || one.path === `${path}[]`)
  if (own === undefined || path === '') return typeText(schema)
  const link = `[${own.title.toLowerCase()}](#${anchorOf(own.title)})`
  return own.path === path ? link : `list of ${link}`
}

/** The type of a value: the name of its block, or its kind and bounds. */
function typeText(schema: Schema): string {
  const type = typeOf(schema)
  if (type !== undefined) {
    const link = `[${type.title.toLowerCase()}](#${anchorOf(type.title)})`
    return optionsOf(schema).some((one) => one instanceof z.ZodNumber) ? `number or ${link}` : link
  }
  const option = bare(schema)
  const options = optionsOf(schema)
  const number = options.find((one) => one instanceof z.ZodNumber)
  if (number instanceof z.ZodNumber && options.some(isEvidenced)) return numberText(number)
  if (option instanceof z.ZodUnion) {
    return [...new Set(option.options.map((one) => typeText(one)))].join(' or ')
  }
  return plainText(option)
}

function plainText(option: Schema): string {
  if (option instanceof z.ZodNumber) return numberText(option)
  if (option instanceof z.ZodLiteral) return 'word'
  if (option instanceof z.ZodISODateTime) return 'time'
  if (option instanceof z.ZodString) return 'text'
  if (option instanceof z.ZodBoolean) return '`true` or `false`'
  if (option instanceof z.ZodEnum) return option.options.map((one) => `\`${one}\``).join(', ')
  if (option instanceof z.ZodArray) return `list of ${typeText(option.element)}`
  if (option instanceof z.ZodRecord) return `mapping of names to ${typeText(option.valueType)}`
  if (option instanceof z.ZodObject) return 'mapping'
  return 'any'
}

function numberText(number: z.ZodNumber): string {
  const bounds = boundsOf(number)
  return [`${bounds.whole ? 'whole ' : ''}number`, boundsText(bounds)]
    .filter((part) => part !== '')
    .join(', ')
}

const named = Object.entries(namedLists)
  .map(([list, key]) => `\`${list}\` by \`${key}\``)
  .join(', ')

const extending = `## Extending a scenario

A scenario with \`extends\` states only what differs from its base:

\`\`\`text
extends: ./base.yaml        # a file, relative to this one; a bare name is a shipped scenario
name: more-servers
stack:
  instances: 4              # replaces the number, whatever its evidence was
  stations:
    - { name: web, slots: 16 }          # merged with the station \`web\` of the base
    - { name: cache, $patch: delete }   # takes the station \`cache\` out
behaviour:
  patienceSec: null         # takes the field out
slo: [errorShare < 0.01]    # replaces the list
\`\`\`

- Mappings are merged, at every depth.
- Lists of named things are merged by name: ${named}. Entries keep the order of the base, new ones come
  last. An entry \`{ $patch: replace }\` in such a list replaces the whole list instead.
- All other lists are replaced.
- A number with its evidence is one value: it is replaced as a whole.
- A distribution with another \`dist\` and another way of admission replace that of the base. So does what a
  request sends as \`body\`.
- \`null\` takes a field out, \`$patch: delete\` an entry of a named list. What the base does not have cannot be
  taken out. In a mapping, \`$patch: replace\` keeps nothing of the base's mapping.
- A base may extend another, at most eight files in all. It need not be complete: only the merged scenario is
  checked. It may be YAML, JSON or a module; \`--no-code\` refuses a module anywhere in the chain.
- A data file (\`csv\`) that a base names lies in the folder of the base, or below it.
- Variants, \`--set\`, hashes, exports and \`run.json\` see the merged scenario. Faults name the file and line in
  which they stand, and reports show the file of each number that a base states.
`
