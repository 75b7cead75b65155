/** `npm run schema`: writes what comes from the schema: JSON schema and reference of scenarios. */
import { writeFileSync } from 'node:fs'
import { fieldsOf, plainJsonSchema } from '../../scenario/schema/fields.ts'
import { scenarioJsonSchemaText } from '../../scenario/schema/json-schema.ts'
import { scenarioReference } from './scenario-reference.ts'

const write = (path: string, text: string) => {
  writeFileSync(new URL(`../../../${path}`, import.meta.url), text)
}

write('scenarios/scenario.schema.json', scenarioJsonSchemaText())
write('docs/reference/scenario.md', scenarioReference(fieldsOf(plainJsonSchema())))
