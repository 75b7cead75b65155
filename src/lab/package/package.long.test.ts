import { afterAll, beforeAll, expect, test } from 'vitest'
import { start, type Started } from '../../cli/testing/dambreak.ts'
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
    waits: erlangC({ servers: 2, offeredLoad: 1 }).toFixed(6),
  }),
)
`

/** Six hundred clients in two minutes, who ask for a page each and book a few seconds later. */
function accessLog(): string {
  const second = (sec: number) => new Date(Date.UTC(2026, 6, 1, 20, 0, sec)).toISOString()
  const lines = Array.from({ length: 600 }, (_, i) => {
    const atSec = Math.floor(i / 5)
    const client = `10.0.${Math.floor(i / 250)}.${i % 250}`
    return ['/', '/book'].map((path, step) => {
      const [date = '', time = ''] = second(atSec + 7 * step)
        .slice(0, 19)
        .split('T')
      const day = `${date.slice(8)}/Jul/${date.slice(0, 4)}`
      return `${client} - - [${day}:${time} +0000] "GET ${path} HTTP/1.1" 200 512 "-" "browser"`
    })
  })
  return `${lines
    .flat()
    .toSorted((a, b) => (a.slice(a.indexOf('[')) < b.slice(b.indexOf('[')) ? -1 : 1))
    .join('\n')}\n`
}

test(
  'a TypeScript project simulates, plans, compares and gates through the package alone',
  () => {
    project.write('program.ts', program)
    project.write('access.log', accessLog())
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
      waits: '0.333333',
      passed: true,
    })
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
