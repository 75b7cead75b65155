import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RunRecord } from '../record/run.ts'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { start } from './testing/dambreak.ts'
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

const inProcess = (args: readonly string[]) => runHere(args, cwd)

const readRun = (path: string) =>
  JSON.parse(readFileSync(join(cwd, path, 'run.json'), 'utf8')) as RunRecord

describe('where results go', () => {
  test('a run directory with every format, and only the summary on standard output', async () => {
    const ended = await inProcess(['simulate', 'smoke', '--out', 'deep/down/run', '--json'])
    expect(ended.code).toBe(0)
    const shown = JSON.parse(ended.out) as { out: string; summary: RunRecord['summary'] }
    expect(shown.out).toBe(join(cwd, 'deep/down/run'))
    const run = readRun('deep/down/run')
    expect(shown.summary).toEqual(run.summary)
    expect(readdirSync(join(cwd, 'deep/down'))).toEqual(['run'])
    const names = readdirSync(join(cwd, 'deep/down/run'))
    expect(names).toEqual(expect.arrayContaining(['report.html', 'run.json', 'timeline.csv']))
  })

  test('only the formats that were asked for', async () => {
    const ended = await inProcess([
      'simulate',
      'smoke',
      '--out',
      'run',
      '--format',
      'json',
      '--quiet',
    ])
    expect(ended.code).toBe(0)
    expect(ended.err).toBe('')
    expect(readdirSync(join(cwd, 'run'))).toEqual(['run.json'])
  })

  test('the same seed gives the same record, another seed another', async () => {
    const timeless = (path: string) => {
      const run = readRun(path)
      const { startedAt: _startedAt, host: _host, ...header } = run.header
      const { events } = run.audit
      return JSON.stringify({ ...run, header, audit: { events } })
    }
    const args = (out: string, seed: string) =>
      ['simulate', 'smoke', '--out', out, '--seed', seed, '--format', 'json'] as const
    await inProcess(args('a', '7'))
    await inProcess(args('b', '7'))
    await inProcess(args('c', '8'))
    expect(timeless('a')).toBe(timeless('b'))
    expect(timeless('a')).not.toBe(timeless('c'))
  })

  test('a report of two runs that were written before', async () => {
    await inProcess(['simulate', 'smoke', '--out', 'a', '--format', 'json'])
    await inProcess(['simulate', 'smoke', '--out', 'b', '--format', 'json', '--seed', '2'])
    const ended = await inProcess([
      'report',
      'a',
      'b/run.json',
      '--out',
      'both',
      '--format',
      'html',
    ])
    expect(ended.code).toBe(0)
    expect(readdirSync(join(cwd, 'both'))).toEqual(['report.html'])
  })

  test('a directory that holds something is not touched', async () => {
    mkdirSync(join(cwd, 'mine'))
    writeFileSync(join(cwd, 'mine', 'precious.txt'), 'x')
    const ended = await inProcess(['simulate', 'smoke', '--out', 'mine'])
    expect(ended.code).toBe(2)
    expect(ended.err).toMatch(/holds something else/)
    expect(readdirSync(join(cwd, 'mine'))).toEqual(['precious.txt'])
  })

  test('an earlier run or study is replaced, unless something else lies beside it', async () => {
    const study = ['study', 'smoke', '--sweep', '2', '--out', 'study', '--format', 'json,html']
    expect((await inProcess(study)).code).toBe(0)
    expect((await inProcess([...study, '--seed', '2'])).code).toBe(0)
    expect(readRun('study/runs/base').header.seed).toBe(2)
    writeFileSync(join(cwd, 'study', 'notes.txt'), 'x')
    const ended = await inProcess(study)
    expect(ended.code).toBe(2)
    expect(ended.err).toMatch(/study holds something else \(notes\.txt\)/)
    expect(readdirSync(join(cwd, 'study'))).toContain('notes.txt')
  })

  test('a report does not take the place of the run that it reads', async () => {
    await inProcess(['simulate', 'smoke', '--out', 'a', '--format', 'json'])
    const page = ['--out', 'a', '--format', 'html']
    for (const args of [
      ['report', 'a', ...page],
      ['report', 'a/run.json', 'a', ...page],
    ]) {
      const ended = await inProcess(args)
      expect(ended.code).toBe(2)
      expect(ended.err).toMatch(/holds a run that is to be read/)
    }
    expect(readdirSync(join(cwd, 'a'))).toEqual(['run.json'])
    const again = await inProcess(['report', 'a', '--out', 'a', '--format', 'html,json'])
    expect(again.code).toBe(0)
    expect(readdirSync(join(cwd, 'a'))).toEqual(['report.html', 'run.json'])
  })

  test('a study that is given as a run says where its runs are', async () => {
    await inProcess(['study', 'smoke', '--sweep', '2', '--out', 's', '--format', 'json'])
    const ended = await inProcess(['report', 's'])
    expect(ended.code).toBe(2)
    expect(ended.err).toBe('dambreak: s is not a run but contains several: give s/runs/*\n')
    const runs = ['s/runs/one-instance', 's/runs/base']
    const both = await inProcess(['report', ...runs, '--out', 'r', '--format', 'md'])
    expect(both.code).toBe(0)
    // What the variant is read against comes first.
    expect(both.out).toMatch(/^base {2}\[.*^one-instance {2}\[/ms)
  })

  test('a reader that goes away does not lose the run', async () => {
    const { child, ended } = start(['simulate', 'smoke', '--out', 'a', '--format', 'json'], cwd)
    child.stdout?.destroy()
    child.stderr?.destroy()
    expect((await ended).code).toBe(0)
    expect(readdirSync(join(cwd, 'a'))).toEqual(['run.json'])
  })

  test('one that cannot be written is found out before the simulation, and ends with 4', async () => {
    writeFileSync(join(cwd, 'file'), 'x')
    for (const out of ['file', 'file/run', '/proc/dambreak/run']) {
      const ended = await inProcess(['simulate', 'smoke', '--out', out])
      expect(ended.code).toBe(4)
      expect(ended.err).toMatch(/^dambreak: cannot write .+: .+\n$/)
    }
    expect(readdirSync(cwd)).toEqual(['file'])
  })

  test('a disk that fills ends with 4 and leaves nothing', async ({ skip }) => {
    const disk = join(cwd, 'disk')
    mkdirSync(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk], { stdio: 'ignore' })
    } catch {
      skip('needs the right to mount a small file system')
    }
    try {
      const ended = await inProcess([
        'simulate',
        'smoke',
        '--out',
        join(disk, 'run'),
        '--format',
        'json',
      ])
      expect(ended.code).toBe(4)
      expect(ended.err).toMatch(/^dambreak: cannot write .+: the disk is full$/m)
      expect(ended.err).not.toMatch(/^\s+at /m)
      expect(readdirSync(disk)).toEqual([])
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

describe('Ctrl-C', () => {
  const night = ['simulate', '2021-07-19-ages-53-54', '--out', 'run', '--format', 'json']

  test('writes what there is, marked invalid, and ends with 130', async () => {
    const { child, ended, saw } = start(night, cwd)
    await saw('tickets')
    child.kill('SIGINT')
    const { code, err } = await ended
    expect(code).toBe(130)
    expect(err).toMatch(/stopping/)
    const { verdict, summary } = readRun('run')
    expect(verdict.valid).toBe(false)
    expect(verdict.ending.kind).toBe('interrupted')
    expect(summary.visitors.arrived).toBeGreaterThan(0)
    expect(readdirSync(cwd)).toEqual(['run'])
  })

  test('again ends at once, and never leaves half a run', async () => {
    const { child, ended, saw } = start([...night.slice(0, -2), '--format', 'html,json'], cwd)
    await saw('tickets')
    child.kill('SIGINT')
    await saw('stopping')
    // An echo of the first one, as npm sends it, is not a second one.
    child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 500))
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
    const left = readdirSync(cwd)
    if (left.length > 0) expect(readRun('run').verdict.valid).toBe(false)
    expect([[], ['run']]).toContainEqual(left)
  })
})
