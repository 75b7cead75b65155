import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import type { RunData } from '../../engine/k6/run-data.ts'
import { StageClock, type Stage } from '../../engine/k6/stages.ts'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { k6Path, withoutK6 } from '../testing/find-k6.ts'
import { runHere as dambreak } from '../testing/in-process.ts'

let cwd: string
beforeAll(() => {
  const directory = temporaryDirectory()
  cwd = directory.path
  return directory.remove
})

const textOf = (...parts: string[]) => readFileSync(join(cwd, ...parts), 'utf8')

describe('dambreak export', () => {
  test('writes a directory that k6 runs as it is', async ({ skip }) => {
    const args = ['--population', '0.5', '--speed', '6', '--visitors-per-vu', '20', '--seed', '7']
    const { code, err } = await dambreak(
      ['export', 'smoke', '--to', 'k6', '--out', 'plain', ...args],
      cwd,
    )
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('README.md') as string })
    const data = JSON.parse(textOf('plain', 'run-data.json')) as RunData
    expect(data).toMatchObject({ seed: 7, visitorsPerVu: 20, tags: { speed: '6' } })
    const stages = JSON.parse(textOf('plain', 'stages.json')) as Stage[]
    const clock = new StageClock({ ...data.arrivals, stages })
    expect(Math.floor(clock.total)).toBe(data.arrivals.visitors)
    // The code is no secret to the script alone: only its hash leaves the scenario.
    for (const name of readdirSync(join(cwd, 'plain'))) {
      expect(textOf('plain', name)).not.toContain('smoke-on-loopback')
    }
    if (k6Path === null) return skip(withoutK6 ?? '')
    const inspected = JSON.parse(
      execFileSync(k6Path, ['inspect', '-e', 'DAMBREAK_TARGET=http://127.0.0.1:1', 'surge.js'], {
        cwd: join(cwd, 'plain'),
        encoding: 'utf8',
      }),
    ) as { scenarios: { surge: { preAllocatedVUs: number } }; thresholds: unknown }
    expect(inspected.scenarios.surge.preAllocatedVUs).toBe(data.vus.atOnce)
    expect(inspected.thresholds).toEqual({ dropped_iterations: ['count<=0'] })
    // Without a target k6 says what is missing.
    expect(() =>
      execFileSync(k6Path ?? '', ['run', 'surge.js'], { cwd: join(cwd, 'plain'), stdio: 'pipe' }),
    ).toThrow('no target')
  })

  test('writes what k6-operator takes', async () => {
    const args = ['--parallelism', '4', '--namespace', 'load', '--target', 'https://b.example']
    const { code } = await dambreak(
      ['export', 'smoke', '--to', 'k6-operator', '--out', 'operator', ...args],
      cwd,
    )
    expect(code).toBe(0)
    expect(readdirSync(join(cwd, 'operator')).sort()).toEqual([
      'README.md',
      'files.yaml',
      'scenario.json',
      'testrun.yaml',
    ])
    const kinds = parseAllDocuments(textOf('operator', 'files.yaml')).map((document) => {
      const { kind, metadata } = document.toJS() as {
        kind: string
        metadata: { namespace: string }
      }
      return `${kind} ${metadata.namespace}`
    })
    expect(kinds).toEqual(['ConfigMap load', 'PersistentVolumeClaim load', 'Pod load'])
    expect(textOf('operator', 'testrun.yaml')).toContain('value: "WHEN_TO_BEGIN"')
    const readme = textOf('operator', 'README.md')
    expect(readme.match(/^ {4}(?:kubectl|sed)/gm)).toHaveLength(3)
    const sed = /sed (-e "[^\n]*) testrun\.yaml/.exec(readme)?.[1] ?? ''
    const filled = execFileSync('bash', ['-c', `sed ${sed} testrun.yaml`], {
      cwd: join(cwd, 'operator'),
      encoding: 'utf8',
    })
    const { spec } = parse(filled) as {
      spec: { runner: { env: { name: string; value?: unknown }[] } }
    }
    const at = spec.runner.env.find(({ name }) => name === 'DAMBREAK_START_AT')?.value
    // As text: the API server refuses a number.
    expect(at).toEqual(expect.stringMatching(/^\d{13}$/))
  })

  test('says how many machines a crowd takes that no machine holds', async () => {
    const { code, err } = await dambreak(
      ['export', '2021-07-19-ages-53-54', '--to', 'k6', '--out', 'large'],
      cwd,
    )
    expect(code).toBe(0)
    expect(err).toMatch(/warning: k6 needs [\d,]+ VUs .* run it on \d+ machines/)
  })

  test.for([
    [['--to', 'locust', '--out', 'x'], 'Allowed choices are k6, k6-operator'],
    [['--out', 'x'], "'--to <what>' not specified"],
    [['--to', 'k6'], "'--out <dir>' not specified"],
    [['--to', 'k6-operator', '--out', 'x'], 'needs --parallelism'],
    [['--to', 'k6-operator', '--parallelism', '0', '--out', 'x'], 'a whole number from 1 to 1000'],
    [
      ['--to=k6-operator', '--parallelism=3', '--out', 'x', '--visitors-per-vu=1000'],
      'is more than the run has VUs (2 VUs of 1000 visitors each)',
    ],
    [['--to=k6-operator', '--parallelism=3', '--out', 'x', '--namespace=a b'], '--namespace takes'],
    [['--to', 'k6', '--parallelism', '2', '--out', 'x'], '--parallelism goes with'],
    [['--to', 'k6', '--target', 'ftp://x', '--out', 'x'], '--target must be an address'],
    [['--to', 'k6', '--visitors-per-vu', '0', '--out', 'x'], 'a whole number from 1'],
    [['--to', 'k6', '--out', 'taken'], 'is there already'],
    [['--to', 'k6', '--out', 'x', '--set', 'population.people=x'], 'population.people'],
  ] as const)('%s ends with 2 and the words of the fault', async ([args, words]) => {
    mkdirSync(join(cwd, 'taken'), { recursive: true })
    writeFileSync(join(cwd, 'taken', 'note'), '')
    const { code, err } = await dambreak(['export', 'smoke', ...args], cwd)
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(words) as string })
    expect(readdirSync(cwd)).not.toContain('x')
  })
})
