import { afterAll, beforeAll, expect, test } from 'vitest'
import { bin, start, type Started } from '../../cli/testing/dambreak.ts'
import { faceFunctions } from './examples.ts'
import { packedProject, type PackedProject } from './packed-project.ts'
import { useCases } from './use-cases.ts'

const maxMs = 600_000
let project: PackedProject
let stack: Started
let stackUrl: string

beforeAll(async () => {
  project = packedProject()
  stack = start(['stack', 'smoke', '--port', '0'], project.path)
  const text = await stack.said(/Ctrl-C stops it/)
  stackUrl = /people +(http\S+?)\/?\n/.exec(text)?.[1] ?? ''
}, maxMs)

afterAll(async () => {
  stack.child.kill('SIGINT')
  await stack.ended
  project.remove()
}, maxMs)

/** A user's program: whether 2 instances do, and whether they are better than 1. */
const program = `
import { compare, gate, loadScenario, plan, readRun, report, simulate, writeRun } from 'dambreak'
import { erlangC } from 'dambreak/queueing'

const one = await loadScenario('smoke', { instances: 1 })
const two = await loadScenario('smoke', { instances: 2 })
const runs = (scenario: typeof one) =>
  Promise.all([1, 2, 3].map((seed) => simulate(scenario, { seed })))
const [baseline, candidate] = [await runs(one), await runs(two)]
const compared = compare(baseline, candidate, { allow: ['stack'] })
const [first] = candidate
if (first === undefined) throw new Error('no run')
await writeRun('kept', first)
const verdict = gate({ runs: [{ label: 'two', record: await readRun('kept') }] })
const made = await plan(two, { counts: [1, 2], replications: { min: 2, max: 2 }, levers: false })
const files = await report({ plan: made }, { formats: ['md', 'json'] })
const overlaid = await report({ comparison: compared, baseline, candidate }, { formats: ['csv'] })
console.log(
  JSON.stringify({
    kind: compared.kind,
    figures: compared.figures.length,
    passed: verdict.passed,
    candidates: made.candidates.map(({ instances }) => instances),
    files: [...files.keys(), ...overlaid.keys()],
    booked: first.summary.people.booked,
    waits: erlangC(2, 1),
  }),
)
`

test(
  'a TypeScript project simulates, plans, compares and gates through the package alone',
  () => {
    project.write('program.ts', program)
    for (const { name, example } of faceFunctions(useCases)) {
      const text = (example ?? '').replace('http://127.0.0.1:8080', stackUrl)
      project.write(`example-${name}.ts`, text)
    }
    expect(project.check()).toBe('')
    const result: unknown = JSON.parse(project.run('program.ts'))
    expect(result).toMatchObject({
      kind: 'repeated',
      candidates: [1, 2],
      files: ['summary.md', 'plan.json', 'figures.csv'],
    })
    expect(bin).not.toContain(project.path)
  },
  maxMs,
)

test.each(useCases)(
  'the example of %s runs',
  (name) => {
    expect(project.run(`example-${name}.ts`)).not.toBe('')
  },
  maxMs,
)
