import { readFileSync } from 'node:fs'
import { must } from '../../core/assert.ts'
import { isMapping, type Mapping } from '../plain.ts'
import { readYaml } from './read-text.ts'

const url = new URL('first-scenario.yaml', import.meta.url)

/** The scenario that `dambreak init` writes, with its comments; a test checks that it is valid. */
export const firstScenarioText = (): string => readFileSync(url, 'utf8')

/** The same as a document. */
export function firstScenario(): Mapping {
  const read = readYaml(firstScenarioText())
  return must('value' in read && isMapping(read.value) ? read.value : null, 'a first scenario')
}
