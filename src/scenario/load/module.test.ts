import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readModule, type ModuleOptions, type ModuleRead } from './module.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dambreak-module-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

let written = 0
async function read(code: string, options: ModuleOptions = {}): Promise<ModuleRead> {
  const file = join(folder, `${++written}.ts`)
  await writeFile(file, code)
  return readModule(file, options)
}

const fault = (message: string) => ({ faults: [{ path: '', message }] })
const ended =
  'the module ended before it exported anything: it called process.exit, or awaits a promise that never settles'

describe('a module', () => {
  test('has its types stripped, its own imports and top-level await, and gives plain data', async () => {
    const sibling = './people.ts'
    await writeFile(join(folder, sibling), 'export const people: number = 7\n')
    const code = `import { people } from '${sibling}'
      interface Named { name: string; people: number; none?: string | undefined }
      const name: string = await Promise.resolve('a')
      export default { people, name, none: undefined } satisfies Named`
    expect(await read(code)).toEqual({ value: { name: 'a', people: 7 } })
  })

  test('is told where it holds what is no data', async () => {
    const code =
      'class Step {}\nexport default { journey: [{ step: () => 1, thinkSec: new Step() }] }'
    expect(await read(code)).toEqual({
      faults: [
        { path: 'journey[0].step', message: 'must be plain data, got function' },
        { path: 'journey[0].thinkSec', message: 'must be plain data, got Step' },
      ],
    })
  })

  test.each([
    ['ends the process', 'process.exit(0)', ended],
    ['ends the process with a code', 'process.exit(3)', ended],
    ['awaits for ever', 'await new Promise(() => {})\nexport default {}', ended],
    ['posts what is no message', postsJunk(), ended],
    ['throws nothing', 'throw undefined', 'the module failed without a message'],
    ['throws what is no text', 'throw Object.create(null)', 'the module failed without a message'],
    [
      'throws later',
      'export default {}\nsetTimeout(() => { throw new Error("late\\nmore") })',
      'the module failed: late',
    ],
    [
      'rejects unheard',
      'export default {}\nvoid Promise.reject(new Error("unheard"))',
      'the module failed: unheard',
    ],
  ])('that %s is a fault', async (_name, code, message) => {
    expect(await read(code)).toEqual(fault(message))
  })

  test('that loops or blocks for ever is stopped at the limit', async () => {
    const late = fault('the module has not exported anything after 0.5 s; it was stopped')
    const blocks = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)'
    const keeps = 'setInterval(() => {}, 1000)\nawait new Promise(() => {})'
    for (const code of ['for (;;) {}', blocks, keeps]) {
      expect(await read(code, { limitMs: 500 })).toEqual(late)
    }
  })

  test('stops at once where the signal says so, before it starts and while it runs', async () => {
    const words = 'stopped while the scenario was being loaded'
    const stopped = { kind: 'interrupted', message: words }
    await expect(read('for (;;) {}', { signal: AbortSignal.abort() })).rejects.toMatchObject(
      stopped,
    )
    const controller = new AbortController()
    const running = read('for (;;) {}', { signal: controller.signal })
    controller.abort()
    await expect(running).rejects.toMatchObject(stopped)
  })
})

function postsJunk(): string {
  return `import { parentPort } from 'node:worker_threads'
    for (const junk of [null, 3, {}, { kind: 'faults' }, { kind: 'faults', faults: [{}] }]) {
      parentPort?.postMessage(junk)
    }
    process.exit(0)`
}
