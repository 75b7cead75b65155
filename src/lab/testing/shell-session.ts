import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { blockName, outputAfter, repository, type CodeBlock, type Page } from './markdown-page.ts'
import { outputFault } from './expected-output.ts'

/** Runs the commands of a page in their order, as a reader in one terminal would. */

/** Longer than any block takes on a loaded machine; it guards against one that never ends. */
const guardMs = 540_000

/** What went wrong on a page, each with its block; empty where all of it is true. */
export async function runPage(page: Page, directory: string, skip: ReadonlySet<CodeBlock>) {
  prepare(directory)
  const blocks = page.blocks.filter((block) => isRun(block) && !skip.has(block))
  const port = await freePort()
  const script = scriptOf(blocks).replaceAll('8080', String(port))
  const output = (await bash(script, directory)).replaceAll(String(port), '8080')
  return blocks.flatMap((block, index) =>
    faultsOf(page, block, pieceOf(output, index)).map(
      (fault) => `${blockName(page, block)}\n${fault}`,
    ),
  )
}

export function isRun(block: CodeBlock): boolean {
  const isCode = ['sh', 'js', 'ts'].includes(block.language) || block.marks.has('file')
  return isCode && !block.marks.has('not run')
}

/** `dambreak` as a package of the directory, whose modules come from the source. */
function prepare(directory: string): void {
  const modules = join(directory, 'node_modules', 'dambreak')
  mkdirSync(modules, { recursive: true })
  const exported = { '.': './index.js', './queueing': './queueing.js' }
  writeFileSync(
    join(modules, 'package.json'),
    JSON.stringify({ name: 'dambreak', type: 'module', exports: exported }),
  )
  const source = (path: string) => pathToFileURL(join(repository, 'src', path)).href
  writeFileSync(join(modules, 'index.js'), `export * from '${source('index.ts')}'\n`)
  writeFileSync(join(modules, 'queueing.js'), `export * from '${source('queueing/index.ts')}'\n`)
  writeFileSync(join(directory, 'package.json'), '{ "type": "module", "private": true }\n')
  for (const name of ['docs', 'fixtures', 'scenarios', 'action.yml']) {
    symlinkSync(join(repository, name), join(directory, name))
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

const begin = (index: number) => `@@begin ${index}@@`
const end = (index: number) => `@@end ${index}@@`
const failed = /^@@failed (\d+) (.*)@@$/gm

function scriptOf(blocks: readonly CodeBlock[]): string {
  const node = JSON.stringify(process.execPath)
  const bin = JSON.stringify(join(repository, 'src/cli/bin.js'))
  const head = `
exec 2>&1
set -m
node() { command ${node} "$@"; }
dambreak() { command ${node} ${bin} "$@"; }
trap 'echo "@@failed $? $BASH_COMMAND@@"' ERR
background=()
stop() {
  trap - ERR
  for job in "\${background[@]}"; do
    kill -INT -- "-$job" 2>/dev/null
    for _ in $(seq 200); do kill -0 -- "-$job" 2>/dev/null || break; sleep 0.1; done
    kill -KILL -- "-$job" 2>/dev/null
  done
}
trap stop EXIT
`
  const body = blocks.map(
    (block, index) => `
echo '${begin(index)}'
${commandsOf(block, index)}
echo; echo '${end(index)}'
`,
  )
  return head + body.join('')
}

function commandsOf(block: CodeBlock, index: number): string {
  const file = block.marks.get('file')
  if (file !== undefined) return written(file, block.text)
  if (block.language !== 'sh') {
    const name = `example-${index}.${block.language === 'ts' ? 'ts' : 'mjs'}`
    return `${written(name, block.text)}\nnode ${name}`
  }
  const awaited = block.marks.get('background')
  if (awaited === undefined) return block.text
  const log = `background-${index}.log`
  return `(
${block.text}
) >${log} 2>&1 &
background+=($!)
for _ in $(seq 1200); do grep -qF ${JSON.stringify(awaited)} ${log} && break; sleep 0.1; done
cat ${log}; grep -qF ${JSON.stringify(awaited)} ${log}`
}

function written(name: string, text: string): string {
  return `cat >${JSON.stringify(name)} <<'@@file@@'\n${text}\n@@file@@`
}

/** What a script wrote, to the end of its processes. */
function bash(script: string, directory: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1', GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' }
    const path = join(directory, '.session.sh')
    writeFileSync(path, script)
    const child = spawn('bash', [path], {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const timer = setTimeout(() => child.kill('SIGTERM'), guardMs)
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.once('error', reject)
    child.once('close', () => {
      clearTimeout(timer)
      resolve(output)
    })
  })
}

function pieceOf(output: string, index: number): string | null {
  const from = output.indexOf(begin(index))
  const to = output.indexOf(end(index))
  return from < 0 || to < 0 ? null : output.slice(from + begin(index).length, to)
}

function faultsOf(page: Page, block: CodeBlock, piece: string | null): string[] {
  if (piece === null) return ['was not reached, or never ended']
  const came = piece.replaceAll(failed, '')
  const code = [...piece.matchAll(failed)].map(([, digits = '']) => digits).join(', ') || '0'
  const allowed = (block.marks.get('exit code') ?? '0').split(' or ')
  if (!allowed.includes(code)) return [`ended with ${code}, not ${allowed.join(' or ')}:\n${came}`]
  // What a machine that is too busy for a rehearsal prints is not what is shown.
  if (code !== allowed[0]) return []
  const shown = outputAfter(page, block)
  const fault = shown === null ? null : outputFault(shown, came)
  return fault === null ? [] : [`${fault}\nwhat came:\n${came}`]
}
