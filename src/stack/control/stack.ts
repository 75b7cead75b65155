import { createServer } from 'node:http'
import { isIPv4 } from 'node:net'
import type { Clock } from '../../core/clock.ts'
import { createBalancer, type Balancer, type PageAnswer } from '../balancer/balancer.ts'
import { bookingPage } from '../balancer/page.ts'
import { fontFile, fontPath, fontType } from '../balancer/page-font.ts'
import { wellKnownPage } from '../balancer/well-known.ts'
import type { StackConfig } from '../contract.ts'
import { closeServer, listen } from '../http.ts'
import { createAdminServer } from './admin.ts'
import { Controls } from './events.ts'
import type { Spawn } from './member.ts'
import type { After } from './messages.ts'
import { metricsText, metricsType } from './metrics.ts'
import { Observer } from './observer.ts'
import { Supervisor, type LiveInstance } from './supervisor.ts'

export interface StackOptions {
  readonly config: StackConfig
  /** Public port; 0: any that is free. */
  readonly port: number
  /** Of the operators' server, on loopback; 0: any that is free. */
  readonly adminPort: number
  /** Whoever knows it is an operator. */
  readonly token: string
  /** PostgreSQL; `null`: embedded PGlite, in memory, or in `dataDir`. */
  readonly databaseUrl: string | null
  readonly dataDir: string | null
  readonly clock: Clock
  readonly spawn: Spawn
  readonly after: After
  /** One line for people, each time that a process ends or comes back. */
  readonly tell: (line: string) => void
}

export interface Stack {
  /** For people, and for whatever plays them. */
  readonly url: string
  /** For operators: `http://127.0.0.1:<port>/<token>`. */
  readonly controlUrl: string
  readonly observer: Observer
  readonly supervisor: Supervisor
  /** Ends every process; calling it again changes nothing. */
  stop(): Promise<void>
}

const loopback = '127.0.0.1'

/** An address as it stands in a URL; one that means all addresses is reached on loopback. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return loopback
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

/**
 * Starts the whole stack: gate, ledger, instances, balancer, operators' server. Throws a
 * DambreakError where a port is taken or a part does not come up; nothing is left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { config, clock, after, spawn, tell } = options
  await tryToListen(config.host, options.port)
  let balancer: Balancer | null = null
  let live: readonly LiveInstance[] = []
  const supervisor = new Supervisor({
    // Who comes from elsewhere comes through the balancer: the gate then names no node of its own.
    config: { ...config, namesNode: isLoopback(config.host) },
    instances: config.scenario.stack.instances,
    bootSec: config.scenario.stack.bootSec,
    databaseUrl: options.databaseUrl,
    dataDir: options.dataDir,
    spawn,
    after,
    tell,
    onInstances: (list) => {
      live = list
      return balancer?.setInstances(list) ?? Promise.resolve()
    },
  })
  const observer = new Observer({
    supervisor,
    config,
    clock,
    balancer: () => balancer?.state() ?? null,
  })
  const controls = new Controls(supervisor, after)
  const { token } = options
  const admin = createAdminServer({ token, scenario: config.scenario, clock, controls, observer })
  const stop = async () => {
    await Promise.all([balancer?.close(), closeServer(admin)])
    balancer = null
    await supervisor.stop()
  }
  try {
    await supervisor.start()
    balancer = await createBalancer({
      host: config.host,
      port: options.port,
      policy: config.scenario.stack.balancer,
      gatePort: supervisor.gatePort,
      page: pagesOf({ config, clock, supervisor, observer }),
      clock,
    })
    void balancer.setInstances(live)
    const adminPort = await listen(admin, loopback, options.adminPort)
    return {
      url: `http://${urlHost(config.host)}:${balancer.port}`,
      controlUrl: `http://${loopback}:${adminPort}/${token}`,
      observer,
      supervisor,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function isLoopback(host: string): boolean {
  // Anybody may own a name such as 127.example.com.
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

/** A port that is taken is told before any process is started. */
async function tryToListen(host: string, port: number): Promise<void> {
  const server = createServer()
  await listen(server, host, port)
  await closeServer(server)
}

interface PageParts {
  readonly config: StackConfig
  readonly clock: Clock
  readonly supervisor: Supervisor
  readonly observer: Observer
}

/** What the balancer serves itself. */
function pagesOf({ config, clock, supervisor, observer }: PageParts) {
  const { scenario, host } = config
  return (path: string): PageAnswer | Promise<PageAnswer> | null => {
    if (path === '/') {
      const { opensAtEpochMs } = supervisor.orders
      const { html, headers } = bookingPage({
        scenario,
        opensAtEpochMs,
        nowEpochMs: clock.epochMs(),
        gateOrigin: isLoopback(host) ? `http://${loopback}:${supervisor.gatePort}` : null,
      })
      return { type: 'text/html; charset=utf-8', body: html, headers }
    }
    if (path === fontPath) {
      const headers = { 'cache-control': 'public, max-age=86400' }
      return { type: fontType, body: fontFile(), headers }
    }
    if (path === '/metrics') {
      return observer.snapshot().then((of) => ({ type: metricsType, body: metricsText(of) }))
    }
    return path === '/health' ? health(observer) : wellKnownPage(path, scenario)
  }
}

async function health(observer: Observer): Promise<PageAnswer> {
  const { ok, ...parts } = await observer.health()
  return {
    code: ok ? 200 : 503,
    type: 'application/json; charset=utf-8',
    body: `${JSON.stringify({ status: ok ? 'ok' : 'unavailable', ...parts })}\n`,
    headers: { 'cache-control': 'no-store' },
  }
}
