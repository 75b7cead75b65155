import nodeFs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DambreakError, faultText } from '../core/errors.ts'
import { smallRun } from './testing/small-run.ts'
import type { RunRecord } from './run.ts'
import { maxRunBytes, readRun, serialiseRun, writeRunDirectory } from './store.ts'
import type { DiskAccess } from './store.ts'

let root = ''
beforeEach(async () => {
  root = await nodeFs.mkdtemp(join(tmpdir(), 'dambreak-store-'))
})
afterEach(async () => {
  await nodeFs.rm(root, { recursive: true, force: true })
})

/** Every path below the root, sorted. */
async function tree(): Promise<string[]> {
  return (await nodeFs.readdir(root, { recursive: true })).sort()
}

/** Real files, but the named operations fail, from the call number `after` on. */
function failing(code: string, names: readonly (keyof DiskAccess)[], after = 0): DiskAccess {
  const fs: Record<string, unknown> = { ...nodeFs }
  for (const name of names) {
    const real = nodeFs[name] as (...args: unknown[]) => Promise<unknown>
    let calls = 0
    fs[name] = (...args: unknown[]) => {
      calls += 1
      if (calls <= after) return real(...args)
      return Promise.reject(Object.assign(new Error(`${code}: raw words`), { code }))
    }
  }
  return fs as DiskAccess
}

async function errorOf(work: Promise<unknown>): Promise<DambreakError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof DambreakError) return error
  throw new Error('another error, or none', { cause: error })
}

const files = {
  'run.json': '{\n  "schemaVersion": 1\n}\n',
  'charts/queue.png': new Uint8Array([1, 2]),
}

describe('writeRunDirectory', () => {
  test('writes all files, and nothing else', async () => {
    await writeRunDirectory(join(root, 'a/b/run'), files)
    expect(await tree()).toEqual([
      'a',
      'a/b',
      'a/b/run',
      'a/b/run/charts',
      'a/b/run/charts/queue.png',
      'a/b/run/run.json',
    ])
    expect(await nodeFs.readFile(join(root, 'a/b/run/run.json'), 'utf8')).toBe(files['run.json'])
    const png = await nodeFs.readFile(join(root, 'a/b/run/charts/queue.png'))
    expect([...png]).toEqual([1, 2])
    expect((await nodeFs.stat(join(root, 'a/b/run'))).mode & 0o700).toBe(0o700)
  })

  test('replaces a run of ours as a whole', async () => {
    const dir = join(root, 'run')
    await writeRunDirectory(dir, { ...files, 'old.csv': 'x' })
    await writeRunDirectory(dir, { 'run.json': '{"schemaVersion":1,"new":true}' })
    expect(await tree()).toEqual(['run', 'run/run.json'])
    expect(await nodeFs.readFile(join(dir, 'run.json'), 'utf8')).toContain('new')
  })

  test('replaces a study, but no folder that only looks like one', async () => {
    const run = '{"schemaVersion":1}'
    await writeRunDirectory(join(root, 'study'), { 'runs/a/run.json': run, 'report.html': 'x' })
    await writeRunDirectory(join(root, 'study'), { 'runs/b/run.json': run })
    expect(await tree()).toEqual(['study', 'study/runs', 'study/runs/b', 'study/runs/b/run.json'])
    await nodeFs.writeFile(join(root, 'study/runs/notes.txt'), 'x')
    await nodeFs.mkdir(join(root, 'other/runs'), { recursive: true })
    for (const name of ['study', 'other']) {
      expect((await errorOf(writeRunDirectory(join(root, name), files))).message).toContain(
        'something else is there already',
      )
    }
    expect(await tree()).toContain('study/runs/notes.txt')
  })

  test('replaces what a link points at, not the link', async () => {
    await writeRunDirectory(join(root, 'real'), files)
    await nodeFs.symlink(join(root, 'real'), join(root, 'latest'))
    await writeRunDirectory(join(root, 'latest'), { 'run.json': '{"schemaVersion":1}' })
    expect((await nodeFs.lstat(join(root, 'latest'))).isSymbolicLink()).toBe(true)
    expect(await nodeFs.readdir(join(root, 'real'))).toEqual(['run.json'])
  })

  test('fills an empty directory, which stays the same directory', async () => {
    const dir = join(root, 'mount')
    await nodeFs.mkdir(dir)
    const { ino } = await nodeFs.stat(dir)
    await writeRunDirectory(dir, files)
    expect((await nodeFs.stat(dir)).ino).toBe(ino)
    expect(await tree()).toEqual([
      'mount',
      'mount/charts',
      'mount/charts/queue.png',
      'mount/run.json',
    ])
  })

  test('leaves what is not ours alone', async () => {
    await nodeFs.mkdir(join(root, 'notes'))
    await nodeFs.writeFile(join(root, 'notes/run.json'), '{"other": 1}')
    await nodeFs.mkdir(join(root, 'work'))
    await nodeFs.writeFile(join(root, 'work/thesis.txt'), 'x')
    await nodeFs.writeFile(join(root, 'file'), 'x')
    await nodeFs.symlink(join(root, 'nowhere'), join(root, 'dangling'))
    const before = await tree()
    for (const name of ['notes', 'work', 'dangling']) {
      const { kind, message } = await errorOf(writeRunDirectory(join(root, name), files))
      expect(kind).toBe('disk')
      expect(message).toBe(`cannot write ${join(root, name)}: something else is there already`)
    }
    for (const path of ['file', 'file/deeper/run']) {
      const { kind, message } = await errorOf(writeRunDirectory(join(root, path), files))
      expect(kind).toBe('disk')
      expect(message).toContain('a part of the path is a file, not a directory')
    }
    expect(await tree()).toEqual(before)
  })

  const broken: [string, (keyof DiskAccess)[], string][] = [
    ['ENOSPC', ['writeFile'], 'the disk is full'],
    ['EACCES', ['mkdtemp'], 'no permission'],
    ['EROFS', ['mkdir'], 'the file system is read-only'],
    ['EDQUOT', ['writeFile'], 'the disk quota is used up'],
    ['EEXIST', ['rename'], 'something else is there already'],
    ['EIO', ['readdir'], 'the disk failed'],
    ['EWEIRD', ['rename'], 'error EWEIRD'],
  ]
  test.each(broken)('%s of %s gives a message and leaves nothing', async (code, names, words) => {
    const dir = join(root, 'new/run')
    const { kind, message } = await errorOf(writeRunDirectory(dir, files, failing(code, names)))
    expect(kind).toBe('disk')
    expect(message).toBe(`cannot write ${dir}: ${words}`)
    expect(await tree()).toEqual([])
  })

  test('a disk that fills at the second file leaves nothing either', async () => {
    const fs = failing('ENOSPC', ['writeFile'], 1)
    await errorOf(writeRunDirectory(join(root, 'run'), files, fs))
    expect(await tree()).toEqual([])
    await nodeFs.mkdir(join(root, 'empty'))
    await errorOf(writeRunDirectory(join(root, 'empty'), files, fs))
    await errorOf(writeRunDirectory(join(root, 'empty'), files, failing('EIO', ['rename'], 1)))
    expect(await tree()).toEqual(['empty'])
  })

  test('a replacement that fails half-way puts the old run back', async () => {
    const dir = join(root, 'run')
    await writeRunDirectory(dir, files)
    const before = await tree()
    // Second rename: the new run to its place. The third, which puts the old one back, works.
    let calls = 0
    const rename: DiskAccess['rename'] = (from, to) => {
      calls += 1
      if (calls !== 2) return nodeFs.rename(from, to)
      return Promise.reject(Object.assign(new Error('raw'), { code: 'EIO' }))
    }
    const { message } = await errorOf(
      writeRunDirectory(dir, { 'run.json': 'new' }, { ...nodeFs, rename }),
    )
    expect(message).toBe(`cannot write ${dir}: the disk failed`)
    expect(await tree()).toEqual(before)
    expect(await nodeFs.readFile(join(dir, 'run.json'), 'utf8')).toBe(files['run.json'])
  })

  test('a file outside the directory is a bug', async () => {
    for (const name of ['../x', '/x', 'a/../../x', '']) {
      await expect(writeRunDirectory(join(root, 'run'), { [name]: 'x' })).rejects.toThrow(
        'dambreak bug',
      )
    }
    expect(await tree()).toEqual([])
  })
})

describe('readRun', () => {
  async function written(value: unknown): Promise<string> {
    const path = join(root, 'some.json')
    await nodeFs.writeFile(path, typeof value === 'string' ? value : JSON.stringify(value))
    return path
  }

  /** The faults of the small run after a change. */
  async function faultsAfter(change: (run: RunRecord) => void): Promise<string[]> {
    const run = smallRun()
    change(run)
    const error = await errorOf(readRun(await written(run)))
    expect(error.kind).toBe('invalid')
    return error.faults.map(faultText)
  }

  test('a directory or its file, unknown fields kept', async () => {
    const run = { ...smallRun(), note: { by: 'hand' } }
    await writeRunDirectory(join(root, 'run'), { 'run.json': serialiseRun(run) })
    expect(await readRun(join(root, 'run'))).toEqual(run)
    expect(await readRun(join(root, 'run/run.json'))).toEqual(run)
  })

  test('what is not there is bad usage', async () => {
    await nodeFs.mkdir(join(root, 'empty'))
    const file = await written('')
    for (const path of ['missing', 'empty']) {
      const { kind, message } = await errorOf(readRun(join(root, path)))
      expect(kind).toBe('usage')
      expect(message).toBe(`${join(root, path)}: there is no run here`)
    }
    expect((await errorOf(readRun(join(file, 'deeper')))).kind).toBe('usage')
    expect((await errorOf(readRun('/dev/null'))).kind).toBe('usage')
  })

  test('what is no run at all says why', async () => {
    const why = async (content: string | Uint8Array) => {
      await nodeFs.writeFile(join(root, 'x.json'), content)
      const { kind, message } = await errorOf(readRun(join(root, 'x.json')))
      expect(kind).toBe('invalid')
      return message.slice(root.length + 1)
    }
    expect(await why('')).toBe('x.json is not a run: it is not JSON')
    expect(await why('{"schemaVersion":')).toBe('x.json is not a run: it is not JSON')
    expect(await why(new Uint8Array([0xff, 0xfe, 0x80]))).toBe(
      'x.json is not a run: it is not UTF-8 text',
    )
    expect(await why('[]')).toBe('x.json is not a run: 1 fault')
    expect(await why('['.repeat(100_000))).toBe('x.json is not a run: it is not JSON')
    expect(await why('{"schemaVersion":3}')).toMatch(/^x\.json is not a run: \d+ faults$/)
  })

  test('a file too large is not read', async () => {
    const path = join(root, 'huge.json')
    const file = await nodeFs.open(path, 'w')
    await file.truncate(maxRunBytes + 1)
    await file.close()
    const { kind, message } = await errorOf(readRun(path))
    expect(kind).toBe('invalid')
    expect(message).toBe(`${path} is not a run: 257 MiB, at most 256 are read`)
  })

  test('a field of the wrong kind is told with its path', async () => {
    const faults = await faultsAfter((run) => {
      Object.assign(run.header, { engine: 'jmeter' })
      run.timeline.arrivals[3] = -1
      run.summary.steps['book']!.count = 1.5
    })
    expect(faults).toEqual([
      'header.engine: must be sim or live or k6 or log, got "jmeter"',
      'summary.steps.book.count: must be a whole number, got 1.5',
      'timeline.arrivals[3]: must be 0 or more, got -1',
    ])
  })

  test('what is missing, or another kind of thing, gives a message', async () => {
    const row = { id: 'V1', label: 'x', expr: 'a', observed: null, tolerance: null, ok: true }
    const rest = { inSample: false, byConstruction: false, source: 's' }
    const reported = (target: unknown) => ({ ...row, ...rest, target })
    const faults = await faultsAfter((run) => {
      Object.assign(run, { schemaVersion: 3, audit: undefined, events: {}, histograms: null })
      Object.assign(run.header, { seed: '1', host: { cores: true } })
      Object.assign(run.verdict, {
        valid: 'yes',
        reasons: [[]],
        reported: [reported([]), reported({ min: 'low', most: 3 })],
      })
      Object.assign(run.summary, { waitSec: 3 })
    })
    expect(faults.toSorted()).toEqual([
      'audit: missing',
      'events: must be a list, not a mapping',
      'header.host.cores: must be text or a number, not true or false',
      'header.seed: must be a number, not text',
      'histograms: must be a mapping, not nothing (null)',
      'schemaVersion: must be 2, got 3',
      'summary.waitSec: must be a mapping, got 3',
      'verdict.reasons[0]: must be a mapping, not a list',
      'verdict.reported[0].target: must be a number or a mapping, not a list',
      'verdict.reported[1].target.min: must be a number, not text',
      'verdict.reported[1].target.most: unknown field',
      'verdict.valid: must be true or false, not text',
    ])
  })

  test('what is a list altogether is told so', async () => {
    const error = await errorOf(readRun(await written('[]')))
    expect(error.faults).toEqual([{ path: '', message: 'must be a mapping, not a list' }])
  })

  test('ends that do not add up', async () => {
    const faults = await faultsAfter((run) => {
      run.summary.visitors.booked += 1
    })
    expect(faults).toEqual(['summary.visitors: adds up to 121, but arrived is 120'])
  })

  test('more bookings than people who booked are told, unless some booked twice', async () => {
    const oneMore = (run: RunRecord) => {
      run.timeline.booked[8]! += 1
    }
    expect(await faultsAfter(oneMore)).toEqual([
      'timeline.booked: adds up to 91, but the summary is 90',
    ])
    const twice = smallRun()
    oneMore(twice)
    twice.summary.findings.doubleBooking = 1
    expect(await readRun(await written(twice))).toEqual(twice)
  })

  test('a timeline that contradicts itself or the summary', async () => {
    const faults = await faultsAfter((run) => {
      run.timeline.waiting.push(1)
      run.timeline.serviceMs.p95.pop()
      run.timeline.stations['db']!.queue.pop()
      run.timeline.requests[1]! += 5
      run.timeline.startSec += 1
    })
    expect(faults).toEqual([
      'timeline.startSec: must be a multiple of bucketSec, 60',
      'timeline.waiting: has 11 buckets, but timeline.arrivals has 10',
      'timeline.stations.db.queue: has 9 buckets, but timeline.arrivals has 10',
      'timeline.serviceMs.p95: has 9 buckets, but timeline.arrivals has 10',
      'timeline.requests: adds up to 200, but the summary is 195',
    ])
  })

  test('histograms that are damaged or missing values', async () => {
    const faults = await faultsAfter((run) => {
      run.histograms['etaErrorMs'] = 'AAAA'
      run.timeline.histograms['responseUs']![4] = 'nonsense?'
      run.timeline.histograms['admittedWaitMs']![1] = ''
    })
    expect(faults).toEqual([
      'histograms.etaErrorMs: not an HdrHistogram in V2 encoding: cut short',
      'timeline.histograms.responseUs[4]: not an HdrHistogram in V2 encoding: not base64',
      'timeline.histograms.admittedWaitMs: adds up to 75, but histograms.admittedWaitMs is 90',
    ])
  })

  test('steps whose outcomes do not add up', async () => {
    const faults = await faultsAfter((run) => {
      run.summary.steps['login']!.outcomes.reset = 3
    })
    expect(faults).toEqual(['summary.steps.login.outcomes: adds up to 93, but count is 90'])
  })

  test('any JSON at all is read or refused with a message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect((await errorOf(readRun(await written(JSON.stringify(value))))).kind).toBe('invalid')
      }),
      { numRuns: 50 },
    )
  })
})
