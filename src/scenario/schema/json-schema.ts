import { z } from 'zod'
import { scenarioSchema } from './schema.ts'

/** The JSON schema of a scenario document, for editors; draft 7, which all of them read. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema, {
    io: 'input',
    target: 'draft-7',
    reused: 'ref',
  })
  return { $schema, title: 'dambreak scenario', ...schema }
}

/** The text of `scenarios/scenario.schema.json`. */
export function scenarioJsonSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`
}
