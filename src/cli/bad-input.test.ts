import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { firstScenarioText } from '../scenario/load/first-scenario.ts'
import { dambreak, start, type Ended } from './testing/dambreak.ts'
import { runHere } from './testing/in-process.ts'

let folder: { path: string; remove: () => void }
let cwd = ''
const started = process.cwd()
beforeEach(() => {
  folder = temporaryDirectory()
  cwd = folder.path
  process.chdir(cwd)
})
afterEach(() => {
  process.chdir(started)
  folder.remove()
})

const first = firstScenarioText()
const file = (name: string, content: string | Uint8Array) => writeFileSync(join(cwd, name), content)

const everything = () => readdirSync(cwd, { recursive: true, encoding: 'utf8' }).toSorted()

/** Plain words only: nothing a user would have to read a stack or a class name for. */
function expectPlain({ out, err }: Ended): void {
  expect(out).toBe('')
  expect(err).not.toMatch(/^\s+at |node:internal|Error:|ZodError|\[object/m)
  expect(err.endsWith('\n')).toBe(true)
}

/** Runs `simulate` with what must be refused, and holds that nothing is left behind. */
async function refused(args: readonly string[], code = 2): Promise<string> {
  const before = everything()
  const ended = await inProcess(['simulate', ...args])
  expectPlain(ended)
  expect({ code: ended.code, err: ended.err }).toEqual({ code, err: ended.err })
  expect(everything()).toEqual(before)
  return ended.err
}

/** Without a process of its own, in the same directory. */
function inProcess(args: readonly string[]): Promise<Ended> {
  return runHere(args, cwd)
}

describe('a scenario that cannot be read', () => {
  test('is missing', async () => {
    expect(await refused(['nowhere.yaml'])).toMatch(/nowhere\.yaml.*no such file/s)
    expect(await refused(['smokee'])).toMatch(/smoke/)
  })

  test('is empty', async () => {
    file('empty.yaml', '')
    expect(await refused(['empty.yaml'])).toMatch(/empty\.yaml.*is empty/s)
    file('blank.yaml', '\n \n# only a comment\n')
    expect(await refused(['blank.yaml'])).toMatch(/blank\.yaml/)
  })

  test('is a directory', async () => {
    mkdirSync(join(cwd, 'folder'))
    expect(await refused(['folder'])).toMatch(/is a directory/)
  })

  test('is not UTF-8', async () => {
    file('latin.yaml', Buffer.from('name: caf\u00e9\n', 'latin1'))
    expect(await refused(['latin.yaml'])).toMatch(/UTF-8/)
  })

  test('is 100 MB', async () => {
    file('huge.yaml', 'name: huge\n')
    truncateSync(join(cwd, 'huge.yaml'), 100 * 1024 * 1024)
    expect(await refused(['huge.yaml'])).toMatch(/larger than 8 MiB/)
  })

  test('is a YAML alias bomb', async () => {
    const levels = Array.from({ length: 12 }, (_, i) => {
      const before = i === 0 ? '"x"' : `*a${i - 1}`
      return `a${i}: &a${i} [${Array.from({ length: 10 }, () => before).join(', ')}]`
    })
    file('bomb.yaml', `${levels.join('\n')}\n`)
    expect(await refused(['bomb.yaml'])).toMatch(/alias/i)
  })

  test('is no YAML', async () => {
    file('broken.yaml', 'name: [unclosed\n  : : :\n')
    expect(await refused(['broken.yaml'])).toMatch(/broken\.yaml/)
  })

  test('is a module that throws, or exports nothing, or is forbidden', async () => {
    file('throws.ts', "throw new Error('no luck today')\n")
    expect(await refused(['throws.ts'])).toMatch(/no luck today/)
    file('nothing.ts', 'export const name: string = "x"\n')
    expect(await refused(['nothing.ts'])).toMatch(/exports nothing/)
    expect(await refused(['throws.ts', '--no-code'])).toMatch(/--no-code/)
  })
})

describe('a module that does not end as it should', () => {
  const cases = {
    exits: 'process.exit(0)',
    awaits: 'await new Promise(() => {})',
    loops: 'for (;;) {}',
    lingers: 'export default { name: "x" }\nsetInterval(() => {}, 1000)',
  }
  const words = {
    exits: /ended before it exported anything/,
    awaits: /ended before it exported anything/,
    loops: /has not exported anything after 10 s/,
    lingers: /still runs after 10 s/,
  }

  test('is one fault with a message, whatever it does', async () => {
    for (const [name, code] of Object.entries(cases)) file(`${name}.ts`, code)
    // All at once: two of them take their ten seconds.
    const ends = Object.entries(words).map(async ([name, expected]) => {
      const { code, out, err } = await dambreak(['validate', `${name}.ts`], cwd)
      expect({ name, code, out }).toEqual({ name, code: 2, out: '' })
      expect(err).toMatch(
        new RegExp(`^dambreak: the scenario ${name}\\.ts has a fault\n {2}${name}\\.ts: .*\n$`),
      )
      expect(err).toMatch(expected)
    })
    await Promise.all(ends)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('ends with 130 at %s', async (signal) => {
    file('loops.ts', 'console.log("looping")\nfor (;;) {}')
    const { child, ended, saw } = start(['simulate', 'loops.ts'], cwd)
    await saw('looping')
    child.kill(signal)
    const { code, out, err } = await ended
    expect({ code, out }).toEqual({ code: 130, out: '' })
    expect(err).toMatch(/dambreak: stopped while the scenario was being loaded\n$/)
    expect(everything()).toEqual(['loops.ts'])
  })

  test('is run once, however many variants there are, and what it prints is no result', async () => {
    const document: unknown = parse(first)
    file(
      'chatty.ts',
      `console.log('evaluated')\nexport default ${JSON.stringify(document)} as object\n`,
    )
    const { code, out, err } = await dambreak(['validate', 'chatty.ts', '--json'], cwd)
    expect({ code, err }).toEqual({ code: 0, err: 'evaluated\n' })
    expect(JSON.parse(out)).toMatchObject({ valid: true, variants: ['four-instances'] })
  })
})

describe('a command that would end without a word', () => {
  test('says so, and not with 0', async () => {
    const stuck = `import fs from 'node:fs/promises'
      import { syncBuiltinESMExports } from 'node:module'
      fs.stat = () => new Promise(() => {})
      syncBuiltinESMExports()`
    const preload = `data:text/javascript,${encodeURIComponent(stuck)}`
    const { code, out, err } = await dambreak(['validate', 'smoke'], cwd, ['--import', preload])
    expect({ code, out }).toEqual({ code: 4, out: '' })
    expect(err).toBe('dambreak: this is a bug of dambreak, please report it: no result came\n')
  })
})

describe('a scenario that is wrong', () => {
  const changed = (from: string, to: string) => {
    expect(first).toContain(from)
    file('scenario.yaml', first.replace(from, to))
  }

  test('every fault is listed with its path', async () => {
    changed('people: 20000', 'people: -5\n  peple: 3')
    const err = await refused(['scenario.yaml'])
    expect(err).toMatch(/^ {2}scenario\.yaml:12: population\.people: /m)
    expect(err).toMatch(/^ {2}scenario\.yaml:13: population\.peple: unknown field/m)
  })

  test('shares out of range, or that do not add up', async () => {
    changed('share: 0.6, scaleSec', 'share: 1.6, scaleSec')
    expect(await refused(['scenario.yaml'])).toMatch(/arrivals\[2\]\.share: /)
    changed('share: 0.6, scaleSec', 'share: 0.7, scaleSec')
    expect(await refused(['scenario.yaml'])).toMatch(/arrivals.*add up/)
  })

  test('a negative mean, an unknown station, an end before the opening', async () => {
    changed('dist: lognormal, mean: 60', 'dist: lognormal, mean: -60')
    expect(await refused(['scenario.yaml'])).toMatch(/journey\[0\]\.visits\[0\]\.serviceMs/)
    changed(
      'station: database, serviceMs: { dist: lognormal, mean: 15',
      'station: databose, serviceMs: { dist: lognormal, mean: 15',
    )
    expect(await refused(['scenario.yaml'])).toMatch(/databose/)
    changed('endsAt: 2026-03-01T12', 'endsAt: 2026-03-01T09')
    expect(await refused(['scenario.yaml'])).toMatch(/endsAt/)
  })

  test('an SLO that no run can answer', async () => {
    changed('- errorShare < 0.01', '- errorShaer < 0.01')
    expect(await refused(['scenario.yaml'])).toMatch(/slo\[0\]: .*errorShaer/)
  })

  test('what it says cannot drive the terminal', async () => {
    file('escape.yaml', first.replace('name: first', 'name: "a\\e[2Jb"'))
    const err = await refused(['escape.yaml'])
    expect(err).not.toContain('\u001b')
    expect(err).toContain('name')
  })

  test('validate says the same, as JSON too', async () => {
    changed('people: 20000', 'people: -5')
    const ended = await inProcess(['validate', 'scenario.yaml', '--json'])
    expect(ended.code).toBe(2)
    const result = JSON.parse(ended.out) as { valid: boolean; faults: { path: string }[] }
    expect(result.valid).toBe(false)
    expect(result.faults.map(({ path }) => path)).toEqual(['population.people'])
  })
})

describe('bad usage', () => {
  beforeEach(() => file('scenario.yaml', first))

  test('a --set of a path that does not exist', async () => {
    expect(await refused(['scenario.yaml', '--set', 'stack.instancs=3'])).toMatch(/stack\.instancs/)
    expect(await refused(['scenario.yaml', '--set', 'nonsense'])).toMatch(/<path>=<value>/)
  })

  test('sizes that no simulator holds, all told at once', async () => {
    const sets = [
      'population.people=1000000000',
      'stack.stations[0].slots=1e12',
      'stack.stations[1].backlog=1e12',
    ]
    const err = await refused(['scenario.yaml', ...sets.flatMap((set) => ['--set', set])])
    expect(err).toMatch(/^ {2}population: .*100000000 tickets/m)
    expect(err).toMatch(/^ {2}stack\.stations\[0\]\.slots: must be between 1 and 65536/m)
    expect(err).toMatch(/^ {2}stack\.stations\[1\]\.backlog: must be between 0 and 1000000/m)
    expect(await refused(['scenario.yaml', '--population', '1e6'])).toMatch(
      /--population 1000000 .*100000000 tickets/,
    )
  })

  test('a variant that does not exist', async () => {
    expect(await refused(['scenario.yaml', '--variant', 'nine'])).toMatch(/nine.*four-instances/s)
  })

  test.each([
    [['--sed', '3'], /--seed/],
    [['--seed', '1.5'], /whole number/],
    [['--seed', '-1'], /whole number/],
    [['--seed', '4294967296'], /4294967295/],
    [['--instances', '0'], /whole number from 1/],
    [['--instances', '0x10'], /whole number from 1/],
    [['--population', '0'], /above 0/],
    [['--population', 'NaN'], /above 0/],
    [['--speed', 'fast'], /from 0.01 to 10000/],
    [['--format', 'html,pdf'], /pdf.*html, png/],
    [['--set'], /argument missing/],
    [['another.yaml'], /too many arguments/],
  ])('options that are unknown or out of range: %j', async (args, words) => {
    const { code, out, err } = await inProcess(['simulate', 'scenario.yaml', ...args])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(words)
    expect(err).toMatch(/--help lists the options/)
  })

  test.each(['4,a', '', '4,,6', '0', '1.5', '100001'])('a sweep of %j', async (list) => {
    const { code, err } = await inProcess(['study', 'scenario.yaml', '--sweep', list])
    expect(code).toBe(2)
    expect(err).toMatch(/whole numbers from 1 to 100000 with commas between them/)
  })

  test('--keep-timeline without the count that it goes with', async () => {
    expect(await refused(['scenario.yaml', '--keep-timeline'])).toMatch(/requires --instances/)
  })

  test('no command, or one that is not there', async () => {
    const none = await inProcess([])
    expect(none.code).toBe(2)
    expect(none.err).toContain('Usage: dambreak')
    const unknown = await inProcess(['simulat'])
    expect(unknown.code).toBe(2)
    expect(unknown.err).toMatch(/simulat.*\n?.*Did you mean simulate/s)
  })

  test('help and version end with 0', async () => {
    const help = await inProcess(['--help'])
    expect(help.code).toBe(0)
    for (const name of ['simulate', 'study', 'report', 'validate', 'init']) {
      expect(help.out).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
    }
    const version = await dambreak(['--version'], cwd)
    expect(version).toMatchObject({ code: 0, err: '' })
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('a run that is none', () => {
  const report = async (...args: string[]) => {
    const ended = await inProcess(['report', ...args, '--out', 'out'])
    expectPlain(ended)
    expect(ended.code).toBe(2)
    expect(readdirSync(cwd)).not.toContain('out')
    return ended.err
  }

  test('is missing, no JSON, or of another kind', async () => {
    expect(await report('nowhere')).toMatch(/nowhere/)
    file('text.json', 'not json')
    expect(await report('text.json')).toMatch(/text\.json/)
    file('other.json', '{"schemaVersion": 99}')
    expect(await report('other.json')).toMatch(/other\.json/)
  })
})

describe('init', () => {
  test('writes a scenario that is valid, and never overwrites', async () => {
    expect((await inProcess(['init'])).code).toBe(0)
    expect((await inProcess(['validate', 'scenario.yaml'])).code).toBe(0)
    file('scenario.yaml', 'mine\n')
    const again = await inProcess(['init'])
    expect(again.code).toBe(2)
    expect(again.err).toMatch(/is there already/)
    expect(readFileSync(join(cwd, 'scenario.yaml'), 'utf8')).toBe('mine\n')
  })

  test('a name that could not be read again is refused', async () => {
    for (const name of ['first.json', 'first.ts', 'first']) {
      const ended = await inProcess(['init', name])
      expectPlain(ended)
      expect(ended.code).toBe(2)
    }
    expect(everything()).toEqual([])
  })

  test('where it cannot write, ends with 4', async () => {
    const ended = await inProcess(['init', 'no/such/folder.yaml'])
    expectPlain(ended)
    expect(ended.code).toBe(4)
  })
})
