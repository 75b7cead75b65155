import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'
import { scheduler } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Client } from 'pg'

/** A PostgreSQL server of a test's own, in a temporary directory, on loopback and a unix socket. */
export interface PrivatePostgres {
  readonly port: number
  readonly socketDir: string
  /** Of database `dambreak`, of the superuser, who logs in with `password`. */
  readonly url: string
  readonly password: string
  /** Stops and starts it again on the same data. 'immediate' is as after a crash. */
  restart(mode: 'fast' | 'immediate'): Promise<void>
  stop(mode: 'fast' | 'immediate'): Promise<void>
  start(): Promise<void>
  /** Stops it, and removes its directory. */
  remove(): Promise<void>
}

export interface PostgresOptions {
  /** False: faster, and a crash of the machine (not of the server alone) may lose what was told. */
  readonly fsync?: boolean
  readonly maxConnections?: number
}

const user = 'dambreak'
const password = 'correct-horse'
const packages = '/usr/lib/postgresql'

/**
 * Where PostgreSQL's programs are: in one of the folders of `searchPath` (as in PATH), else where
 * Debian's packages put them, the newest; `null` where there are none.
 */
export function findPostgres(searchPath: string): string | null {
  const versions = existsSync(packages) ? readdirSync(packages) : []
  const debian = versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(packages, version, 'bin'))
  const all = ['initdb', 'pg_ctl', 'postgres']
  const holdsAll = (folder: string) => all.every((program) => existsSync(join(folder, program)))
  return (
    [...searchPath.split(delimiter), ...debian].find((folder) => folder && holdsAll(folder)) ?? null
  )
}

/** PostgreSQL will not run as root: as the user of Debian's package then. */
function accountOf(): { uid: number; gid: number } | undefined {
  if (userInfo().uid !== 0) return undefined
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Connects as soon as the server that `child` is lets one in. */
async function firstConnection(child: ChildProcess, url: string): Promise<Client> {
  let why: unknown
  for (let tries = 0; tries < 600 && child.exitCode === null; tries++) {
    const client = new Client({ connectionString: url })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (error) {
      why = error
      await scheduler.wait(50)
    }
  }
  throw new Error('PostgreSQL did not start', { cause: why })
}

/** Starts a server of its own from the programs in folder `bin` (see `findPostgres`). */
export async function startPostgres(
  bin: string,
  { fsync = false, maxConnections = 100 }: PostgresOptions = {},
): Promise<PrivatePostgres> {
  const account = accountOf()
  const folder = mkdtempSync(join(tmpdir(), 'dambreak-pg-'))
  const data = join(folder, 'data')
  const secret = join(folder, 'password')
  writeFileSync(secret, password, { mode: 0o600 })
  if (account !== undefined) {
    for (const path of [folder, secret]) chownSync(path, account.uid, account.gid)
  }
  const env = { PATH: bin, LC_ALL: 'C' }
  const runAs = { ...account, cwd: folder, env }
  const init = [
    '-D',
    data,
    '-U',
    user,
    '--pwfile',
    secret,
    '-A',
    'scram-sha-256',
    '-E',
    'UTF8',
    '-N',
  ]
  await promisify(execFile)(join(bin, 'initdb'), init, runAs)
  const port = await freePort()
  const listening = ['-k', folder, '-h', '127.0.0.1', '-p', String(port)]
  const durability = `fsync=${fsync ? 'on' : 'off'}`
  const limits = ['-c', `max_connections=${maxConnections}`, '-c', durability]
  const settings = ['-D', data, ...listening, ...limits]
  const server = `postgresql://${user}:${password}@127.0.0.1:${port}`
  let child: ChildProcess | null = null
  const start = async (): Promise<Client> => {
    child = spawn(join(bin, 'postgres'), settings, { ...runAs, stdio: 'ignore' })
    return firstConnection(child, `${server}/postgres`)
  }
  const stop = async (mode: 'fast' | 'immediate') => {
    const ending = child
    child = null
    if (ending === null || ending.exitCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    // The signals that pg_ctl sends: end all sessions; drop everything and write nothing more.
    ending.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
    await ended
  }
  const first = await start()
  await first.query('CREATE DATABASE dambreak')
  await first.end()
  return {
    port,
    socketDir: folder,
    url: `${server}/dambreak`,
    password,
    start: async () => (await start()).end(),
    stop,
    async restart(mode) {
      await stop(mode)
      await (await start()).end()
    },
    async remove() {
      await stop('immediate')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
