import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { ScenarioInput } from '../../scenario/schema/schema.ts'
import { formatReply, Opcode, parseRequest, ReplyCode } from '../../waitingroom/netfunnel.ts'

/** A booking site that is not the reference stack: forms, sessions, words of its own. */
export const clinic = {
  opensAt: '2021-01-01T12:00:00Z',
  endsAt: '2021-01-01T12:10:00Z',
  population: { people: 100, birthYears: { from: 1967, to: 1968 } },
  waitingRoom: { protocol: 'netfunnel', admission: { perSec: 1 } },
  journey: [
    {
      step: 'look',
      visits: [{ station: 'web', serviceMs: 1 }],
      request: {
        method: 'POST',
        path: '/who',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: { name: '${person}', year: '${birthYear}' },
        extract: { form: 'regex:form=(\\w+)' },
      },
      expect: {
        body: { text: 'Welcome' },
        ineligible: { text: 'not your turn' },
        alreadyBooked: { text: 'see you soon' },
      },
    },
    {
      step: 'book',
      role: 'book',
      visits: [{ station: 'web', serviceMs: 1 }],
      request: {
        method: 'POST',
        path: '/confirm?form=${form}',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: { name: '${person}', year: '${birthYear}' },
      },
      expect: { body: { text: 'Booked' }, alreadyBooked: { status: 409 } },
    },
  ],
  undo: { request: { method: 'DELETE', path: '/bookings/${person}' }, expect: { status: 204 } },
  inventory: { offers: [{ place: '보건소', date: '2021-08-02', slots: 5 }] },
} satisfies Partial<ScenarioInput>

export interface ClinicFaults {
  readonly isOpen?: boolean
  readonly takesAnyKey?: boolean
  readonly races?: boolean
  readonly overtakes?: boolean
  readonly yearsOff?: number
  readonly keepsBookings?: boolean
  readonly page?: string
  /** What a refusal is. */
  readonly refusal?: number
}

const turnMs = 20

export class Clinic {
  readonly bookings: string[] = []
  faults: ClinicFaults = {}
  private readonly server: Server
  private readonly waiting: string[] = []
  private readonly inside = new Set<string>(['operators'])
  private issued = 0
  private turns = 0
  private lastTurnMs = 0

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response))
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  reset(faults: ClinicFaults): void {
    this.faults = faults
    this.bookings.length = 0
    this.waiting.length = 0
  }

  stop(): void {
    this.server.closeAllConnections()
    this.server.close()
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search, searchParams } = new URL(request.url ?? '/', 'http://x')
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const say = (status: number, text: string) => response.writeHead(status).end(text)
    if (pathname === '/ts.wseq') return void say(200, this.gate(search.slice(1)))
    if (pathname === '/offers') {
      return void say(200, this.faults.page ?? '<td>보건소</td><td>2021-08-02</td>')
    }
    if (request.method === 'DELETE') return void say(this.undo(pathname) ? 204 : 404, '')
    const key = /key%3D([^;&%]*)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
    const isGood = this.inside.has(key) || (key !== '' && this.faults.takesAnyKey === true)
    if (!isGood) return void say(this.faults.refusal ?? 401, 'first the waiting room')
    const form = new URLSearchParams(body)
    const name = form.get('name') ?? ''
    const { yearsOff = 0 } = this.faults
    const year = Number(form.get('year')) - yearsOff
    if (year < 1967 || year > 1968) return void say(200, '<p>It is not your turn</p>')
    if (pathname === '/who') {
      if (this.bookings.includes(name)) return void say(200, 'see you soon')
      return void say(200, `Welcome <a href="/confirm?form=${name.replaceAll(/\W/g, '')}">`)
    }
    if (searchParams.get('form') !== name.replaceAll(/\W/g, '')) return void say(400, 'no form')
    const isBooked = this.bookings.includes(name)
    if (this.faults.races === true) await pause(5)
    if (isBooked) return void say(409, 'once is enough')
    this.bookings.push(name)
    say(200, 'Booked')
  }

  private undo(pathname: string): boolean {
    if (this.faults.keepsBookings === true) return false
    const at = this.bookings.indexOf(pathname.slice('/bookings/'.length))
    if (at >= 0) this.bookings.splice(at, 1)
    return at >= 0
  }

  private gate(query: string): string {
    const { opcode, key } = parseRequest(query)
    const mine = key ?? `k${this.issued++}`
    if (opcode === Opcode.enter) this.waiting.push(mine)
    if (opcode === Opcode.complete) {
      this.inside.delete(mine)
      this.waiting.splice(0, Infinity, ...this.waiting.filter((other) => other !== mine))
    }
    this.callNext()
    const code = this.inside.has(mine) ? ReplyCode.pass : ReplyCode.wait
    const fields = { key: mine, nwait: Math.max(0, this.waiting.indexOf(mine)), ttl: 0 }
    return formatReply({ type: Opcode.poll, code, fields }, null)
  }

  /** A turn every so often; of two it is now and then the second's. */
  private callNext(): void {
    const nowMs = performance.now()
    if (this.faults.isOpen !== true || nowMs - this.lastTurnMs < turnMs) return
    if (this.waiting.length === 0) return
    this.lastTurnMs = nowMs
    const isWrong = this.faults.overtakes === true && ++this.turns % 10 === 0
    const [next = ''] = this.waiting.splice(isWrong ? this.waiting.length - 1 : 0, 1)
    this.inside.add(next)
  }
}
