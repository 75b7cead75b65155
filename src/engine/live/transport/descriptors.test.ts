import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { IntoTheLimit } from './testing/into-the-limit.ts'
import { RawTarget } from './testing/raw-target.ts'

const run = promisify(execFile)
const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

describe('a process with few descriptors', () => {
  test.each([
    ['wire', './wire/wire.ts', 'createWireTransport'],
    ['undici', './undici.ts', 'createUndiciTransport'],
  ])('%s: drops what it cannot send, closes what idles, and goes on', async (_, path, create) => {
    const target = await new RawTarget(({ answer }) => answer()).start()
    try {
      const script = `
        import { goIntoTheLimit } from ${url('./testing/into-the-limit.ts')}
        import { ${create} } from ${url(path)}
        await goIntoTheLimit(${create}, ${target.target.port})`
      const command = 'ulimit -n 64; exec "$0" --input-type=module --eval "$1"'
      const { stdout } = await run('sh', ['-c', command, process.execPath, script])
      const found = JSON.parse(stdout) as IntoTheLimit
      expect(found.before).toEqual(found.before.map(() => 'ok'))
      expect(new Set(found.rush)).toEqual(new Set(['ok', 'dropped']))
      // The ten that idled made room for ten more.
      expect(found.rush.filter((outcome) => outcome === 'ok').length).toBeGreaterThan(10)
      expect(found.after).toEqual(found.after.map(() => 'ok'))
      expect(found).toMatchObject({ inFlight: 0, replies: 220 })
      expect(target.maxOpen).toBeLessThan(64)
    } finally {
      await target.stop()
    }
  })
})
