import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import type { RunRecord } from '../../record/run.ts'
import { runText } from '../../record/store.ts'
import { smallRun } from '../../record/testing/small-run.ts'
import { junitFaults } from '../../report/testing/junit-schema.ts'
import type { Environment } from '../environment.ts'
import { runCommand } from '../main.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'

let folder: { path: string; remove: () => void }
beforeEach(() => {
  folder = temporaryDirectory()
})
afterEach(() => folder.remove())

const at = (...names: string[]) => join(folder.path, ...names)
const baselines = () => ['--baselines', at('baselines')]

/** A run that passes, changed, in a directory of that name. */
function written(name: string, change: (run: RunRecord) => void = () => undefined): string {
  const run = structuredClone(smallRun())
  run.scenario['slo'] = ['errorShare < 0.01']
  run.header.host = { platform: 'linux', arch: 'x64', cores: 4, memoryBytes: 16 * 2 ** 30 }
  change(run)
  mkdirSync(at(name), { recursive: true })
  writeFileSync(at(name, 'run.json'), runText(run))
  return at(name)
}

const seeded = (seed: number, more: (run: RunRecord) => void = () => undefined) =>
  written(`seed-${seed}`, (run) => {
    run.header.seed = seed
    more(run)
  })

const invalid = ({ verdict }: RunRecord) => {
  verdict.valid = false
  verdict.reasons = [{ code: 'RequestsLate', p99Ms: 80, maxMs: 50 }]
}
const unmet = ({ scenario }: RunRecord) => (scenario['slo'] = ['people.booked > 1000'])

interface Ended {
  code: number
  out: string
  err: string
}

async function gated(args: readonly string[], given: Partial<Environment> = {}): Promise<Ended> {
  let out = ''
  let err = ''
  const environment: Environment = {
    clock: { ...systemClock, epochMs: () => Date.UTC(2021, 6, 19, 12) },
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    errIsTerminal: false,
    errColumns: () => undefined,
    cores: 1,
    signal: new AbortController().signal,
    hold: (work) => work,
    ...given,
  }
  const code = await runCommand(['gate', ...args], environment)
  return { code, out, err }
}

describe('how a gate ends', () => {
  test('0 where everything holds, the verdict in the first line, a line a check', async () => {
    expect(await gated([written('good')])).toEqual({
      code: 0,
      err: '',
      out: `✓ gate passed: 4 checks

small
  ✓ the record can be used: its figures follow from its counts
  ✓ the run is whole and valid: a simulation keeps its schedule
  ✓ somebody came: 120 tickets
  ✓ errorShare < 0.01: observed 0
`,
    })
  })

  test('130, 4, 3, 2, 1: the gravest of several runs decides, and all are told', async () => {
    symlinkSync(at('loop'), at('loop'))
    const [bad, late, none, loop] = [
      written('bad', unmet),
      written('late', invalid),
      at('nowhere'),
      at('loop'),
    ]
    expect((await gated([written('good'), bad])).code).toBe(1)
    expect((await gated([bad, none])).code).toBe(2)
    expect((await gated([bad, none, late])).code).toBe(3)
    const all = await gated([bad, none, late, loop])
    expect(all.code).toBe(4)
    expect(all.out.split('\n')[0]).toBe(
      '✕ gate failed: 4 of 9 checks failed, 1 not decided (a run is invalid, its figures must not be used)',
    )
    expect(all.out).toContain('people.booked > 1000: observed 90, which is not above 1000')
    expect(all.out).toContain(`${none}: there is no run here`)
    expect(all.out).toContain('the path goes round in circles')
  })

  test('2 where a record is cut off or does not add up', async () => {
    const whole = readFileSync(join(written('good'), 'run.json'), 'utf8')
    writeFileSync(at('cut.json'), whole.slice(0, 3000))
    expect(await gated([at('cut.json')])).toMatchObject({
      code: 2,
      out: expect.stringContaining('is not a run: it is not JSON') as string,
    })
    const odd = written('odd', ({ summary }) => (summary.visitors.booked -= 1))
    const { code, out } = await gated([odd])
    expect(code).toBe(2)
    expect(out).toContain('summary.visitors: adds up to 119, but arrived is 120')
  })

  test('objectives from a list or from lines, every fault with its place', async () => {
    const run = written('good')
    writeFileSync(at('slo.yaml'), '- errorShare < 0.01\n- people.booked > 1000\n')
    writeFileSync(at('slo.txt'), '# of this release\n\nerrorShare < 0.01\r\npeople.booked > 80\n')
    writeFileSync(at('bad.txt'), 'errorShare <\n\n1 < 2\nsteps.pay.count > 1\n')
    writeFileSync(at('bad.json'), '["errorShare < 0.01", 3, {}]')
    writeFileSync(at('none.yml'), '[]')
    const slo = (name: string) => gated([run, '--slo', at(name)])
    expect((await slo('slo.yaml')).code).toBe(1)
    expect((await slo('slo.txt')).out).toMatch(/^✓ gate passed: 5 checks\n/)
    expect(await slo('bad.txt')).toEqual({
      code: 2,
      out: '',
      err: `dambreak: ${at('bad.txt')} is no list of objectives
  line 1: needs a number or a path at its end (in "errorShare <")
  line 3: reads nothing of the run (in "1 < 2")
  line 4: there is no step named "pay"; there are login, book (in "steps.pay.count > 1")
`,
    })
    expect((await slo('bad.json')).err).toContain(
      '\n  [1]: must be a text\n  [2]: must be a text\n',
    )
    expect((await slo('none.yml')).err).toContain('holds no objective')
    expect((await slo('missing.yml')).code).toBe(2)
  })
})

describe('baselines', () => {
  const keep = (runs: readonly string[], ...more: string[]) =>
    gated([...runs, '--save-baseline', 'main', ...baselines(), ...more])
  const held = (run: string) => gated([run, '--baseline', 'main', ...baselines()])

  test('the last good runs of a name are found, with where they come from', async () => {
    const kept = await keep(
      [1, 2, 3].map((seed) => seeded(seed)),
      '--target-version',
      'v1.4',
    )
    expect(kept).toMatchObject({
      code: 0,
      err: `kept as baseline main: ${at('baselines', 'main', '20210719T120000')}\n`,
    })
    // A worse one is kept too, and passed over.
    expect((await keep([seeded(4, unmet)])).err).toMatch(
      /it did not pass, so --baseline main ignores it\n$/,
    )
    const { code, out } = await gated([
      ...[5, 6, 7].map((seed) => seeded(seed)),
      '--baseline',
      'main',
      ...baselines(),
    ])
    expect(code).toBe(0)
    expect(out).toContain(
      '✓ baseline main: 3 runs compared with 3 runs of it; target version v1.4, kept 2021-07-19 12:00 UTC on linux x64, 4 cores, 16 GiB',
    )
  })

  test('a directory of runs is a baseline as in compare, but what is gated must be named', async () => {
    for (const seed of [1, 2, 3]) seeded(seed)
    mkdirSync(at('release'))
    for (const seed of [4, 5, 6]) {
      const run = readFileSync(join(seeded(seed), 'run.json'), 'utf8')
      mkdirSync(at('release', `${seed}`))
      writeFileSync(at('release', `${seed}`, 'run.json'), run)
    }
    const runs = [1, 2, 3].map((seed) => at(`seed-${seed}`))
    const { code, out } = await gated([...runs, '--baseline', at('release')])
    expect(code).toBe(0)
    expect(out).toContain('3 runs compared with 3 runs of it; given by path')
    const whole = await gated([at('release')])
    expect(whole.code).toBe(2)
    expect(whole.out).toContain(`contains several: give ${at('release', '*')}`)
  })

  test('single runs of several commits are taken together', async () => {
    for (const seed of [1, 2, 3, 4]) await keep([seeded(seed)], '--target-version', `v${seed}`)
    const { out } = await held(seeded(9))
    expect(out).toContain(
      '– baseline main: 1 run compared with 3 runs of it, which decides nothing',
    )
    expect(out).toContain('target version v4, v3, v2,')
  })

  test('none that is good is told with what was passed over', async () => {
    expect((await held(seeded(1))).out).toContain('✕ baseline main: there is no baseline main in ')
    await keep([seeded(2, unmet)])
    await keep([seeded(3, ({ header }) => (header.workloadHash = 'cccc'))])
    mkdirSync(at('baselines', 'main', '20210101T000000'))
    const found = await held(seeded(1))
    expect(found.code).toBe(2)
    expect(found.out).toContain(
      'baseline main holds no good run of this workload to compare with: of 3 kept, 1 failed the gate, 1 of another workload, 1 damaged',
    )
  })

  test('what was measured is held against the same class of machine, what was simulated is not', async () => {
    const live = (cores: number) => (run: RunRecord) => {
      run.header.engine = 'live'
      run.header.host['cores'] = cores
    }
    await keep([seeded(1, live(8))])
    expect((await held(seeded(2, live(4)))).out).toContain('1 of another machine')
    expect((await held(seeded(2, live(8)))).code).toBe(0)
  })

  test('nothing is kept that could not be judged, nor two workloads under one name', async () => {
    expect((await keep([written('late', invalid)])).err).toBe(
      'not kept as baseline main: not everything could be judged\n',
    )
    const other = seeded(2, ({ header }) => (header.workloadHash = 'cccc'))
    expect(await keep([seeded(1), other])).toMatchObject({
      code: 2,
      err: expect.stringContaining('keeps runs of one workload on one stack') as string,
    })
    expect((await gated([seeded(1), '--save-baseline', '../x'])).code).toBe(2)
  })
})

describe('text of others', () => {
  const nasty =
    '<img src=x onerror=alert(1)> **b** `c` | @user https://x.example ##[group]y \u001b[31m\u202e\n::error::z %0A,'
  const shown = '\\x1b[31m\\u{202e}\\x0a'

  test('shows as text in terminal, JUnit, Markdown and annotations', async () => {
    const run = written('nasty', (record) => {
      record.header.scenarioName = nasty
      invalid(record)
      record.verdict.reasons = [{ code: 'FileForeign', file: nasty }]
    })
    const { code, out, err } = await gated(
      [run, '--junit', at('made', 'junit.xml'), '--summary', at('made', 'gate.md')],
      { variables: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: at('job.md') } },
    )
    expect(code).toBe(3)
    // A terminal, and the log of a runner that looks for commands in it.
    expect(out).toContain(
      `<img src=x onerror=alert(1)> **b** \`c\` | @user https://x.example ##\\u005bgroup]y ${shown}::error::z`,
    )
    expect(out).not.toMatch(/^\s*::|##\[|\p{Cf}/mu)
    expect(out).not.toContain('\u001b')

    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(err).toMatch(
      /^::error title=gate%3A <img .*https%3A\/\/x\.example .*%3A%3Aerror%3A%3Az %250A%2C::the run is/,
    )

    const xml = readFileSync(at('made', 'junit.xml'), 'utf8')
    expect(await junitFaults(xml)).toEqual([])
    expect(xml).toContain(`&lt;img src=x onerror=alert(1)&gt; **b** \`c\` | @user`)
    expect(xml).toContain(shown)

    const markdown = readFileSync(at('made', 'gate.md'), 'utf8')
    expect(markdown).toContain(`### \`\` ${nasty.split(' \u001b')[0]} ${shown}::error::z %0A, \`\``)
    // Outside of code spans nothing is left that would be markup.
    const prose = markdown.replaceAll(/(`+) .*? \1(?!`)/g, '')
    expect(prose).toContain(
      '&lt;img src=x onerror=alert(1)&gt; \\*\\*b\\*\\* \\`c\\` \\| &#64;&#8203;user https&#58;//x.example',
    )
    expect(prose).not.toMatch(/<img|\*\*b|@user|https:/)
    expect(readFileSync(at('job.md'), 'utf8')).toBe(`${markdown}\n`)
  })

  test('a summary for the job is added to what is there, once', async () => {
    writeFileSync(at('job.md'), '# before\n')
    await gated([written('good'), '--summary', at('job.md')], {
      variables: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: at('job.md') },
    })
    const text = readFileSync(at('job.md'), 'utf8')
    expect(text.startsWith('# before\n## ✅ dambreak: gate passed: 4 checks\n')).toBe(true)
    expect(text.split('## ✅')).toHaveLength(2)
    expect(text).toContain('| booked so far | ▁')
    expect(text).toContain('xychart-beta\n')
  })
})
