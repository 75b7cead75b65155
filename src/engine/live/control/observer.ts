import type { After } from '../../../core/clock.ts'
import { DambreakError } from '../../../core/errors.ts'
import type { FetchText } from './fetch-text.ts'
import { readObservation, type Observation } from './observation.ts'
import { parseUrl, resolveTarget, type Lookup } from '../transport/target.ts'
import type { Target } from '../../client/transport.ts'

/** Where a stack's metrics stand. */
export interface Observed {
  readonly target: Target
  /** With its query. */
  readonly path: string
}

/**
 * Reads the address of metrics. They may be asked for on this machine, and on the target's own host,
 * at the address that is pinned for it, whatever the port.
 * @throws DambreakError 'usage', or 'engine' where a name does not resolve
 */
export async function resolveObserved(
  text: string,
  { target, lookup }: { target: Target; lookup: Lookup },
): Promise<Observed> {
  const what = 'the --observe address'
  const { protocol, host, name, port, path, query } = parseUrl(text, what)
  const parts = { protocol, host, port, basePath: '' }
  if (name === target.serverName) return { target: { ...target, ...parts }, path: path + query }
  const found = await resolveTarget(`${protocol}//${host}`, { lookup, what })
  if (found.isLoopback) return { target: found, path: path + query }
  throw new DambreakError(
    'usage',
    `${what} must be on this machine or on the target's own host, ${target.serverName}`,
  )
}

export interface ObserverOptions {
  readonly observed: Observed
  readonly stations: readonly string[]
  /** From the beginning of one look to that of the next, ms. */
  readonly everyMs: number
  readonly fetchText: FetchText
  readonly after: After
  readonly nowMs: () => number
  /** `atMs`: halfway between asking and the answer. */
  readonly onObservation: (atMs: number, observation: Observation) => void
}

const maxBytes = 1024 * 1024
const timeoutMs = 5000

/** Looks at a stack's metrics over and over. A look that fails is counted, and the next one comes. */
export class Observer {
  looks = 0
  failures = 0
  /** Why the last look that failed did. */
  lastFailure = ''
  /** What was not in the metrics at the last look, by family and station. */
  missing: readonly string[] = []
  /** Lines of the last look that could not be read. */
  malformed = 0
  private readonly options: ObserverOptions
  private looking: Promise<void> = Promise.resolve()
  private cancel: () => void = () => undefined
  private stopped = false

  constructor(options: ObserverOptions) {
    this.options = options
  }

  /** The first look comes at once. */
  start(): void {
    const { after, everyMs, nowMs } = this.options
    const startedMs = nowMs()
    this.looking = this.look().then(() => {
      if (this.stopped) return
      this.cancel = after(Math.max(0, startedMs + everyMs - nowMs()), () => this.start())
    })
  }

  /** Resolves once the look that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true
    this.cancel()
    await this.looking
  }

  private async look(): Promise<void> {
    const { observed, stations, fetchText, nowMs, onObservation } = this.options
    const { target, path } = observed
    const askedMs = nowMs()
    this.looks++
    const answer = await fetchText(target, { method: 'GET', path, maxBytes, timeoutMs })
    if (!answer.ok) return this.fail(answer.detail)
    if (answer.status !== 200) return this.fail(`status ${answer.status}`)
    const { observation, missing, malformed } = readObservation(answer.text, stations)
    this.missing = missing
    this.malformed = malformed
    onObservation((askedMs + nowMs()) / 2, observation)
  }

  private fail(detail: string): void {
    this.failures++
    this.lastFailure = detail
  }
}
