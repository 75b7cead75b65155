import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { start, type Ended } from './dambreak.ts'

/** What the end-to-end tests of the stack do: start it, visit it, order it about. */

/** A stack that was started by the real command. */
export interface LiveStack {
  readonly pid: number
  readonly url: string
  readonly controlUrl: string
  /** What it printed at its start. */
  readonly text: string
  /** Ctrl-C, and then its end. */
  readonly stop: () => Promise<Ended>
}

/** Services in a millisecond, processes that boot at once: what is tested is not how long it takes. */
const quick = [
  ...['0', '1'].flatMap((step) => [
    `journey[${step}].visits[0].serviceMs=1`,
    `journey[${step}].visits[1].serviceMs=1`,
  ]),
  'stack.bootSec=0',
  'waitingRoom.admission.perSecPerInstance=500',
].flatMap((set) => ['--set', set])

/** Starts `dambreak stack` with these arguments on free ports. */
export async function startStackCommand(args: readonly string[]): Promise<LiveStack> {
  const { child, ended, said } = start(['stack', '--port', '0', ...args], tmpdir())
  const text = await said(/Ctrl-C stops it/)
  const linkOf = (name: string) => new RegExp(`^${name} +(http\\S+)`, 'm').exec(text)?.[1] ?? ''
  return {
    pid: child.pid ?? 0,
    url: linkOf('people').replace(/\/$/, ''),
    controlUrl: linkOf('control'),
    text,
    stop: () => {
      child.kill('SIGINT')
      return ended
    },
  }
}

/** `smoke`, and quick; what stands last holds where it stands twice. */
export function startLiveStack(args: readonly string[] = []): Promise<LiveStack> {
  return startStackCommand(['smoke', ...quick, ...args])
}

/** Ids of the processes that this one has started and that are still there. */
export function childrenOf(pid: number): number[] {
  const list = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  return list
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child = 0, parent]) => (parent === pid ? [child] : []))
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

export interface Answered {
  readonly code: number
  readonly body: Record<string, unknown>
}

async function answered(response: Response): Promise<Answered> {
  return { code: response.status, body: (await response.json()) as Record<string, unknown> }
}

/** A call of the waiting room's protocol as a native client makes it: the bare reply, split. */
export async function netfunnel(
  url: string,
  query: string,
): Promise<{ code: number; fields: Record<string, string> }> {
  const text = await (await fetch(`${url}/ts.wseq?${query}`)).text()
  const [, code = '0', rest = ''] = /^\d{4}:(\d{3}):(.*)$/s.exec(text) ?? []
  return { code: Number(code), fields: Object.fromEntries(new URLSearchParams(rest)) }
}

/** Queues until it is let in; gives the key. Polls sooner than it was told to. */
export async function letIn(url: string): Promise<string> {
  let { code, fields } = await netfunnel(url, 'opcode=5101&sid=service_1&aid=book')
  while (code === 201) {
    await pause(50)
    const { key = '', ttl = '' } = fields
    ;({ code, fields } = await netfunnel(url, `opcode=5002&key=${key}&ttl=${ttl}`))
  }
  if (code !== 200) throw new Error(`the gate answered ${code}`)
  return fields['key'] ?? ''
}

export interface Visit {
  /** `null`: without a cookie. */
  readonly key: string | null
  readonly person: string
  readonly birthYear?: number
  readonly place?: string
  readonly date?: string
}

/** One step of smoke's journey, with the key where the protocol's client keeps it. */
export async function step(
  url: string,
  name: 'identify' | 'book',
  { key, ...form }: Visit,
): Promise<Answered> {
  const cookie = key === null ? {} : { cookie: `NetFunnel_ID=5002:200:key=${key}&nwait=0` }
  return answered(
    await fetch(`${url}/booking/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...cookie },
      body: JSON.stringify({ birthYear: 1967, ...form }),
    }),
  )
}

/** Lets a person in and books; what they were told. */
export async function bookAs(url: string, person: string): Promise<string> {
  const key = await letIn(url)
  const { code, body } = await step(url, 'book', { key, person })
  await netfunnel(url, `opcode=5004&key=${key}`)
  return code === 200 ? String(body['status']) : `${code} ${String(body['status'])}`
}

/** A call of the operators' server. */
export async function control(
  { controlUrl }: Pick<LiveStack, 'controlUrl'>,
  call: string,
  body?: unknown,
): Promise<Answered> {
  const [method = 'GET', path = ''] = call.split(' ')
  const text = body === undefined ? {} : { body: JSON.stringify(body) }
  return answered(await fetch(`${controlUrl}/${path}`, { method, ...text }))
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms))

/** Asks again and again, for half a minute at least, until it is so. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isSo: (value: T) => boolean,
): Promise<T> {
  let last: T | undefined
  for (let tries = 0; tries < 600; tries++) {
    last = await ask()
    if (isSo(last)) return last
    await pause(50)
  }
  throw new Error(`it never was so; at last: ${JSON.stringify(last)}`)
}

/** What a stack finds of which nothing went wrong. */
export const nothingFound = {
  earlyAdmission: 0,
  bypassed: 0,
  orderInversion: 0,
  doubleBooking: 0,
  ineligibleBooked: 0,
  eligibleRefused: 0,
}
