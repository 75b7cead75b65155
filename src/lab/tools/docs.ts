/** `npm run docs`: writes what in docs/ comes from the code. */
import { readFileSync, writeFileSync } from 'node:fs'
import { commandReference, describedProgram } from './command-reference.ts'
import { withObjectiveTables } from './objective-reference.ts'

const reference = (name: string) => new URL(`../../../docs/reference/${name}`, import.meta.url)

writeFileSync(reference('commands.md'), commandReference(await describedProgram()))
const objectives = reference('objectives.md')
writeFileSync(objectives, withObjectiveTables(readFileSync(objectives, 'utf8')))
