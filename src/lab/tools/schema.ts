/** `npm run schema`: writes the JSON schema of a scenario, for editors. */
import { writeFileSync } from 'node:fs'
import { scenarioJsonSchemaText } from '../../scenario/schema/json-schema.ts'

writeFileSync(
  new URL('../../../scenarios/scenario.schema.json', import.meta.url),
  scenarioJsonSchemaText(),
)
