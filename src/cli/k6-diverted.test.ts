import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { k6Path, withoutK6 } from './testing/find-k6.ts'
import { temporaryDirectory } from '../core/testing/temporary-directory.ts'
import { loadScenario } from '../scenario/load/load.ts'
import { closeServer, listen } from '../stack/http.ts'
import { exportRun } from '../engine/k6/export-run.ts'
import { k6Script, scriptName } from '../engine/k6/k6-script.ts'

/** The script in k6 itself, led elsewhere by whatever can lead it. */

const directory = temporaryDirectory()
let server: Server
let port: number
let came: string[]

beforeAll(async () => {
  const loaded = await loadScenario('smoke', { allowCode: false })
  const options = { seed: 1, population: 0.01, speed: 60, visitorsPerVu: 1, parts: 1 }
  mkdirSync(directory.path, { recursive: true })
  for (const [name, text] of [
    [scriptName, k6Script()] as const,
    ...exportRun(loaded, options).files,
  ]) {
    writeFileSync(join(directory.path, name), text)
  }
  came = []
  server = createServer((request, response) => {
    came.push(request.url ?? '')
    response.end()
  })
  port = await listen(server, '127.0.0.1', 0)
})
afterAll(async () => {
  await closeServer(server)
  directory.remove()
})

/** What k6 says; it must fail. */
async function refusal(
  variables: Record<string, string>,
  args: readonly string[] = [],
): Promise<string> {
  const all = ['run', '--quiet', ...args, scriptName]
  const ended = await promisify(execFile)(k6Path ?? '', all, {
    cwd: directory.path,
    env: { HOME: directory.path, K6_NO_USAGE_REPORT: 'true', ...variables },
  }).catch((error: unknown) => error as { stdout: string; stderr: string; code: number })
  expect('code' in ended && ended.code).toBeGreaterThan(0)
  return ended.stdout + ended.stderr
}

describe('the script does not send', () => {
  test('for 127.0.0.1 at another address', async ({ skip }) => {
    if (k6Path === null) return skip(withoutK6 ?? '')
    const variables = { DAMBREAK_TARGET: 'http://127.0.0.1:1', DAMBREAK_ADDRESS: '192.0.2.7' }
    expect(await refusal(variables)).toContain('is another address than that of DAMBREAK_TARGET')
  })

  test('through a proxy that it sees', async ({ skip }) => {
    if (k6Path === null) return skip(withoutK6 ?? '')
    const variables = {
      DAMBREAK_TARGET: 'http://shop.example',
      DAMBREAK_ADDRESS: '127.0.0.1',
      http_proxy: `http://127.0.0.1:${port}`,
    }
    expect(await refusal(variables)).toContain('unset them: http_proxy')
    expect(came).toEqual([])
  })

  test('on, where a proxy that it does not see has led it elsewhere', async ({ skip }) => {
    if (k6Path === null) return skip(withoutK6 ?? '')
    came = []
    const given = ['DAMBREAK_TARGET=http://shop.example:1', 'DAMBREAK_ADDRESS=127.0.0.9']
    const args = ['--include-system-env-vars=false', ...given.flatMap((one) => ['-e', one])]
    const said = await refusal({ HTTP_PROXY: `http://127.0.0.1:${port}` }, args)
    expect(said).toContain(`instead of 127.0.0.9:1`)
    expect(came.length).toBeLessThan(3)
  })

  test('without setup(), which asks for consent', async ({ skip }) => {
    if (k6Path === null) return skip(withoutK6 ?? '')
    came = []
    const said = await refusal({ DAMBREAK_TARGET: `http://127.0.0.1:${port}` }, ['--no-setup'])
    expect(said).toContain('setup() did not run')
    expect(came).toEqual([])
  })
})
