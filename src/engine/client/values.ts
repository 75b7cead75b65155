import { streamKey, streams } from '../../core/chance.ts'
import { must } from '../../core/assert.ts'
import type { Fault } from '../../core/errors.ts'
import { generatedText, readGenerator } from '../../scenario/request/generate.ts'
import { pathText } from '../../scenario/path.ts'
import type { Path } from '../../scenario/path.ts'
import { cellOf, tableKeyOf, type PersonTables } from '../../scenario/request/person-data.ts'
import { templatesOf } from '../../scenario/request/request.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { environmentPrefix, templateOf, type OwnName } from '../../scenario/request/template.ts'
import type { Value, Values } from './fill.ts'
import type { Identity } from './identity.ts'

export interface ValueInputs {
  readonly identity: Identity
  readonly seed: number
  readonly tables: PersonTables
  readonly environment: Environment
  /** How a cell of a table is read; absent: `cellOf`. */
  readonly cell?: typeof cellOf
}

/** Variables of the environment by name: secrets, that go into requests and nowhere else. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where each name of a scenario's templates gets its text from. */
export function createValues({ journey }: Pick<Scenario, 'journey'>, inputs: ValueInputs): Values {
  const known: ReadonlyMap<string, Value> = new Map([
    ...Object.entries(ownValues(inputs.identity)),
    ...journey.flatMap(({ data }, step) => dataValues(data, step, inputs)),
  ])
  return (name) => {
    if (name.startsWith(environmentPrefix)) {
      const text = variable(inputs.environment, name)
      return () => must(text, `variable of ${name}`)
    }
    return known.get(name) ?? extracted(name)
  }
}

function ownValues(identity: Identity): Record<OwnName, Value> {
  return {
    person: ({ person }) => identity.person(person),
    birthYear: ({ person }) => String(identity.birthYear(person)),
    place: ({ entity }) => identity.choice(entity)?.place ?? '',
    date: ({ entity }) => identity.choice(entity)?.date ?? '',
    ticket: ({ entity }) => String(entity >>> 0),
  }
}

function dataValues(
  data: Scenario['journey'][number]['data'],
  step: number,
  { seed, tables, cell = cellOf }: ValueInputs,
): [string, Value][] {
  if (data === undefined) return []
  const table = data.csv === undefined ? undefined : tables.get(tableKeyOf(data))
  const columns = (table?.columns ?? []).map((name, column): [string, Value] => [
    name,
    ({ person }) => cell(must(table, 'a table'), person, column),
  ])
  const streamOfStep = streamKey(seed, streams.personData)
  const fields = Object.entries(data.generate ?? {}).map(([name, text], i): [string, Value] => {
    const generator = readGenerator(text)
    if (typeof generator === 'string') throw new Error(`dambreak bug: unchecked: ${generator}`)
    const key = streamKey(streamOfStep, step * 4096 + i)
    return [name, ({ person }) => generatedText(generator, key, person)]
  })
  return [...columns, ...fields]
}

const extracted =
  (name: string): Value =>
  ({ kept: { values } }) =>
    Object.hasOwn(values, name) ? values[name]! : ''

/** The variables that a scenario's requests ask for and the environment does not have. */
export function environmentFaults(
  { journey, undo }: Pick<Scenario, 'journey' | 'undo'>,
  environment: Environment,
): Fault[] {
  const asked = journey.flatMap(({ request }, i) =>
    request === undefined ? [] : [{ request, at: ['journey', i, 'request'] as Path }],
  )
  const requests = undo === undefined ? [] : [{ request: undo.request, at: ['undo', 'request'] }]
  return [...asked, ...requests].flatMap(({ request, at }) =>
    templatesOf(request).flatMap(({ path, text }) =>
      templateOf(text).names.flatMap((name): Fault[] => {
        if (!name.startsWith(environmentPrefix)) return []
        if (variable(environment, name) !== undefined) return []
        const variableName = name.slice(environmentPrefix.length)
        const message = `the environment has no variable ${variableName}`
        return [{ path: pathText([...at, ...path]), message }]
      }),
    ),
  )
}

function variable(environment: Environment, name: string): string | undefined {
  const key = name.slice(environmentPrefix.length)
  return Object.hasOwn(environment, key) ? environment[key] : undefined
}
