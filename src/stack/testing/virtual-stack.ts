import { must } from '../../core/assert.ts'
import { streamKey, streams, uniform } from '../../core/chance.ts'
import type { Clock } from '../../core/clock.ts'
import { Outcome } from '../../core/codes.ts'
import { tabulatedQuantileOf, type Quantile } from '../../core/distribution.ts'
import type { Answered, Serve } from '../../engine/client/testing/virtual-transport.ts'
import type { VirtualTime } from '../../engine/client/testing/virtual-time.ts'
import type { Outgoing } from '../../engine/client/transport.ts'
import type { RunWindow } from '../../engine/window.ts'
import type { Scenario, TimelineEvent } from '../../scenario/schema/schema.ts'
import { netfunnelPath } from '../../waitingroom/netfunnel.ts'
import type { Choice, FaultName, Findings, Person, StackConfig } from '../contract.ts'
import { Gate } from '../gate/gate.ts'
import { keyOfCookie } from '../instance/cookie.ts'
import { fieldsOfBody } from '../instance/fields.ts'
import { routesOf } from '../instance/routes.ts'
import { slowdown } from '../instance/slots.ts'
import { SlotStation, type Claim } from '../station.ts'
import { VirtualLedger } from './virtual-ledger.ts'
import type { EventDetail } from '../../record/event-detail.ts'

export interface VirtualStackOptions {
  /** Scaled already. */
  readonly scenario: Scenario
  readonly window: Pick<RunWindow, 'opensAtMs' | 'events'>
  readonly time: VirtualTime
  /** When the window's time 0 is. */
  readonly originMs: number
  readonly seed: number
  /** Instances let in whatever key they are shown. */
  readonly failOpen?: boolean
  readonly fault?: FaultName | null
  /** Of a request's way there, and of an answer's way back. */
  readonly wayMs?: number
}

/** A request in the stations. */
interface Stay {
  readonly step: number
  readonly person: Person
  readonly choice: Choice | null
  readonly instance: number
  /** Counts up with each restart: whoever came before it is forgotten. */
  readonly generation: number
  readonly held: { readonly station: SlotStation; readonly claim: Claim }[]
  readonly answer: (answered: Answered) => void
}

interface Visit {
  readonly settings: Scenario['stack']['stations'][number]
  readonly serviceMs: Quantile
  readonly holds: boolean
}

/** From anywhere: only differences mean something. */
const startedEpochMs = Date.parse('2021-01-01T00:00:00Z')

/**
 * The reference stack in virtual time: its own gate, routes, cookies, fields and slowdown, on
 * stations and a ledger of the same rules. It performs the scenario's timeline by itself.
 */
export class VirtualStack {
  readonly gate: Gate
  readonly ledger: VirtualLedger
  /** Bound, to be handed on. */
  readonly serve: Serve
  /** Events of the timeline that were performed. */
  readonly performed: { atSec: number; kind: string; performed: true; detail: EventDetail }[] = []
  private instances: number
  private readonly options: VirtualStackOptions
  private readonly steps: readonly (readonly Visit[])[]
  private readonly bookStep: number
  private readonly routeOf: ReturnType<typeof routesOf>
  /** By name, those of an instance with its number before it. */
  private readonly stations = new Map<string, SlotStation>()
  private readonly busyOf: number[] = []
  private readonly inFlight = new Set<Stay>()
  private readonly serviceKey: number
  private readonly overrunKey: number
  /** Calls to the gate in this second of its time, and in the one before. */
  private second = 0
  private calls = 0
  private callsBefore = 0
  private served = 0
  private turn = 0
  private generation = 0
  private halted = false
  private failsOpen: boolean

  constructor(options: VirtualStackOptions) {
    const { scenario, time, window, originMs, seed, failOpen = false, fault = null } = options
    this.options = options
    this.failsOpen = failOpen || fault === 'forged-key'
    this.instances = scenario.stack.instances
    this.routeOf = routesOf(scenario)
    this.serviceKey = streamKey(seed, streams.service)
    this.overrunKey = streamKey(seed, streams.test)
    this.ledger = new VirtualLedger(scenario, fault)
    const named = scenario.journey.findIndex(({ role }) => role === 'book')
    this.bookStep = named < 0 ? scenario.journey.length - 1 : named
    this.steps = scenario.journey.map(({ visits }) =>
      visits.map(({ station, serviceMs, holds }) => ({
        settings: must(
          scenario.stack.stations.find(({ name }) => name === station),
          station,
        ),
        serviceMs: tabulatedQuantileOf(serviceMs),
        holds,
      })),
    )
    const config: StackConfig = {
      scenario,
      opensAtEpochMs: startedEpochMs + originMs + window.opensAtMs,
      secret: 'a secret of tests',
      failOpen,
      fault,
      host: '127.0.0.1',
    }
    this.gate = new Gate({ config, clock: clockOf(time), node: null })
    this.serve = (outgoing, _nowMs, _visitor, answer) => {
      const { wayMs = 0 } = options
      time.after(wayMs, () =>
        this.receive(outgoing, (answered) => time.after(wayMs, () => answer(answered))),
      )
      return null
    }
    for (const { atMs, untilMs, timed } of window.events) {
      const { event, atSec } = timed
      time.at(originMs + atMs, () => {
        this.perform(event, untilMs)
        this.performed.push({
          atSec,
          kind: event.kind,
          performed: true,
          detail: { code: 'ControlAnswered', text: '' },
        })
      })
    }
  }

  /** What the stack itself finds, as its operators are told. */
  findings(): Findings {
    return { ...this.gate.state().findings, ...this.ledger.findings }
  }

  private receive(outgoing: Outgoing, answer: (answered: Answered) => void): void {
    const [path = '', query = ''] = outgoing.path.split('?', 2)
    if (path !== netfunnelPath) this.page(path, outgoing, answer)
    else if (!this.isOverrun()) answer({ body: this.gate.handle(query).text })
  }

  /** Beyond its capacity the gate answers what it can, whoever asked: by the load a second ago. */
  private isOverrun(): boolean {
    const { time, scenario } = this.options
    const { pollCapacityPerSec = Infinity } = scenario.waitingRoom
    const second = Math.floor(time.nowMs / 1000)
    if (second !== this.second) {
      this.callsBefore = second === this.second + 1 ? this.calls : 0
      this.calls = 0
      this.second = second
    }
    this.calls++
    const share = 1 - pollCapacityPerSec / Math.max(this.callsBefore, pollCapacityPerSec)
    return uniform(this.overrunKey, second, this.calls) < share
  }

  /** As `instance/instance-server.ts` has it. */
  private page(path: string, outgoing: Outgoing, answer: (answered: Answered) => void): void {
    const route = this.routeOf(outgoing.method, path)
    if (this.halted) return answer(refusal(503, 'off'))
    if (route.kind !== 'step') return answer(refusal(404, route.kind))
    const fields = fieldsOfBody(outgoing.body)
    if (typeof fields === 'string') return answer(refusal(400, fields))
    if (!this.isLetIn(cookieOf(outgoing), fields.person.id)) return answer(refusal(403, 'badKey'))
    const instance = this.balance()
    this.busyOf[instance] = (this.busyOf[instance] ?? 0) + 1
    const { index: step } = route
    const { generation } = this
    const stay: Stay = { ...fields, step, instance, generation, held: [], answer }
    this.inFlight.add(stay)
    this.visit(stay, 0)
  }

  private isLetIn(cookie: string | undefined, person: string): boolean {
    if (this.options.scenario.waitingRoom.protocol === 'none') return true
    const key = keyOfCookie(cookie)
    if (key === null) return false
    if (!this.failsOpen) return this.gate.verify(key)
    this.gate.auditKey(key, person)
    return true
  }

  private visit(stay: Stay, index: number): void {
    const visits = must(this.steps[stay.step], 'step')
    const visit = must(visits[index], 'visit')
    const station = this.stationOf(visit, stay.instance)
    const claim = station.take((busy) => {
      const serviceMs = visit.serviceMs(uniform(this.serviceKey, this.served++))
      this.options.time.after(serviceMs * slowdown(visit.settings, busy), () => {
        if (stay.generation !== this.generation) return
        if (index + 1 === visits.length) return this.conclude(stay)
        if (!visit.holds) releaseLast(stay)
        this.visit(stay, index + 1)
      })
    })
    if (claim === null) this.end(stay, refusal(503, 'busy'))
    else stay.held.push({ station, claim })
  }

  private conclude(stay: Stay): void {
    const { step, person, choice } = stay
    const { role } = must(this.options.scenario.journey[step], 'step')
    let status = 'ok'
    if (step === this.bookStep) status = this.ledger.book(person, choice)
    else if (role === 'identify') status = this.ledger.identify(person)
    this.end(stay, { status: 200, body: JSON.stringify({ status, message: '' }) })
  }

  private end(stay: Stay, answered: Answered): void {
    this.busyOf[stay.instance]!--
    const isReset = !this.inFlight.delete(stay)
    while (stay.held.length > 0) releaseLast(stay)
    if (!isReset) stay.answer(answered)
  }

  /** The next in turn, or of those with the fewest requests the next in turn. */
  private balance(): number {
    const { instances, turn } = this
    let best = turn % instances
    if (this.options.scenario.stack.balancer === 'least-busy') {
      const busy = (k: number) => this.busyOf[(turn + k) % instances] ?? 0
      for (let k = 1; k < instances; k++) {
        if (busy(k) < (this.busyOf[best] ?? 0)) best = (turn + k) % instances
      }
    }
    this.turn = best + 1
    return best
  }

  private stationOf({ settings }: Visit, instance: number): SlotStation {
    const name = settings.shared === true ? settings.name : `${instance} ${settings.name}`
    let station = this.stations.get(name)
    if (station === undefined) {
      station = new SlotStation(settings)
      this.stations.set(name, station)
    }
    return station
  }

  private perform(event: TimelineEvent, untilMs: number | null): void {
    const { time, scenario } = this.options
    const { ledger } = this
    switch (event.kind) {
      case 'instances':
        return time.after(event.count > this.instances ? scenario.stack.bootSec * 1000 : 0, () =>
          this.scale(event.count),
        )
      case 'eligibility-fault': {
        const { effect } = event
        ledger.effects = [...ledger.effects, effect]
        if (untilMs === null) return
        return time.at(this.options.originMs + untilMs, () => {
          ledger.effects = ledger.effects.toSpliced(ledger.effects.indexOf(effect), 1)
        })
      }
      case 'supply':
        return ledger.supply(event)
      case 'halt':
        this.halt(event.restartInstances)
        break
      case 'resume':
        this.halted = false
        break
      case 'close-bypass':
        this.failsOpen = false
        break
      default:
    }
    this.gate.control({ kind: 'event', event })
  }

  private scale(count: number): void {
    this.instances = count
    this.gate.control({ kind: 'instances', count })
  }

  /** Cuts every connection; a restart forgets what was under way too. */
  private halt(restart: boolean): void {
    this.halted = true
    for (const stay of this.inFlight) stay.answer({ outcome: Outcome.reset })
    this.inFlight.clear()
    if (!restart) return
    this.generation++
    this.busyOf.fill(0)
    for (const station of this.stations.values()) station.drop()
  }
}

function releaseLast({ held }: Stay): void {
  const last = held.pop()
  last?.station.release(last.claim)
}

function refusal(status: number, word: string): Answered {
  const outcome = status >= 500 ? Outcome.http5xx : Outcome.http4xx
  return { outcome, status, body: JSON.stringify({ status: word, message: '' }) }
}

function cookieOf({ headers }: Outgoing): string | undefined {
  const line = headers.split('\r\n').find((one) => one.toLowerCase().startsWith('cookie:'))
  return line?.slice('cookie:'.length)
}

function clockOf(time: VirtualTime): Clock {
  return {
    epochMs: () => startedEpochMs + time.nowMs,
    // From anywhere: only differences mean something.
    monotonicMs: () => 123_456.75 + time.nowMs,
  }
}
