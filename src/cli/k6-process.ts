import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { k6EndOf, type K6End } from '../engine/k6/k6-exit.ts'

export interface K6Run {
  readonly k6: string
  /** Where the script stands, and what k6 says is kept (`k6.log`). */
  readonly folder: string
  readonly args: readonly string[]
  readonly variables: Readonly<Record<string, string | undefined>>
  /** Aborting it stops k6 as Ctrl-C does. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: K6Progress) => void
}

/** As k6's own progress line has it. */
export interface K6Progress {
  readonly vusBusy: number
  readonly vus: number
  readonly done: number
  readonly phase: 'prepares' | 'runs'
}

/** What is logged of requests that fail: thousands in a collapse, all in the points anyway. */
const routine = /level=warning msg="Request Failed"/
const maxLogLines = 10_000

/**
 * Variables that k6 must not see: those of proxies, its own options (`K6_HOSTS`, `K6_NO_SETUP`, `K6_VUS`),
 * what it would write the keys of TLS connections to, and ours, which are given anew.
 */
const keptFromK6 = /^(?:(?:https?|ftp|all|no)_proxy|k6_.*|sslkeylogfile|dambreak_.*)$/i

/** The environment of k6: that of the user without what diverts or changes a run, and `own`. */
export function k6Variables(
  variables: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<string, string>>,
): Record<string, string | undefined> {
  const kept = Object.entries(variables).filter(([name]) => !keptFromK6.test(name))
  return { ...Object.fromEntries(kept), ...own }
}

/** Runs k6 to its end. Its standard error goes to `k6.log`, but for what a collapse would fill it with. */
export function runK6({ k6, folder, args, variables, signal, onProgress }: K6Run): Promise<K6End> {
  const log = createWriteStream(join(folder, 'k6.log'))
  // A disk that is full fails the points too, which are looked at.
  log.on('error', () => undefined)
  // A group of its own: Ctrl-C in the terminal would reach it twice, and the second ends it hard.
  const child = spawn(k6, ['run', ...args], {
    cwd: folder,
    env: { ...variables, K6_NO_USAGE_REPORT: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let lastWords = ''
  let logged = 0
  eachLine(child.stderr, (line) => {
    if (routine.test(line)) return
    if (logged++ < maxLogLines) log.write(`${line}\n`)
    const words = errorWords(line)
    if (words !== null) lastWords = words
  })
  eachLine(child.stdout, (line) => {
    const progress = progressOf(line)
    if (progress !== null) onProgress(progress)
  })
  const stop = () => void child.kill('SIGINT')
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  return new Promise((resolve) => {
    const over = (end: K6End) => {
      signal.removeEventListener('abort', stop)
      log.end(() => resolve(end))
    }
    child.once('error', (error) => over(k6EndOf(null, error.message)))
    child.once('close', (code) => over(k6EndOf(code, lastWords)))
  })
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split(/[\r\n]+/)
    rest = (lines.pop() ?? '').slice(-65_536)
    lines.forEach(take)
  })
  stream.on('end', () => take(rest))
}

/** The words of a line of k6's log that tells of an error; `null` for any other. */
function errorWords(line: string): string | null {
  const text = /level=error msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1]
  if (text === undefined) return null
  const plain = text.replaceAll(/\\[nt]/g, ' ').replaceAll(/\\(.)/g, '$1')
  // Where in which file it was thrown is in the log.
  return plain.replaceAll(/\s+at \S*(?:file:|go\.k6).*$/g, '').slice(0, 500)
}

/** Reads a line of k6's progress; `null` where it is none. */
function progressOf(line: string): K6Progress | null {
  const running = /running \(\S+\), (\d+)\/(\d+) VUs, (\d+) complete/.exec(line)
  if (running !== null) {
    const [vusBusy = 0, vus = 0, done = 0] = running.slice(1).map(Number)
    return { vusBusy, vus, done, phase: 'runs' }
  }
  const preparing = /Init\s+\[.*\]\s+(\d+)\/(\d+) VUs initialized/.exec(line)
  if (preparing === null) return null
  const [ready = 0, vus = 0] = preparing.slice(1).map(Number)
  return { vusBusy: ready, vus, done: 0, phase: 'prepares' }
}
