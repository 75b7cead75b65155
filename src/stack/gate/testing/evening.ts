import type { Clock } from '../../../core/clock.ts'
import { parseScenario } from '../../../scenario/load/parse.ts'
import type { ScenarioInput } from '../../../scenario/schema/schema.ts'
import { parseReply, type NetfunnelReply } from '../../../waitingroom/netfunnel.ts'
import type { StackConfig } from '../../contract.ts'
import { Gate } from '../gate.ts'

/** A clock that moves when told to. */
export class ManualClock implements Clock {
  private ms = 0
  private readonly startEpochMs: number

  constructor(startEpochMs: number) {
    this.startEpochMs = startEpochMs
  }

  epochMs(): number {
    return this.startEpochMs + this.ms
  }

  /** From anywhere: only differences mean something. */
  monotonicMs(): number {
    return 123_456.75 + this.ms
  }

  passSec(sec: number): void {
    this.ms += sec * 1000
  }
}

/** The opening that all tests here have in common. */
export const opensAtEpochMs = Date.parse('2021-07-19T20:00:00+09:00')

export type WaitingRoomInput = ScenarioInput['waitingRoom']

/** A stack of four instances with this waiting room in front. */
export function gateConfig(
  waitingRoom: WaitingRoomInput,
  more: Partial<Omit<StackConfig, 'scenario'>> = {},
): StackConfig {
  const result = parseScenario({
    name: 'gate',
    opensAt: '2021-07-19T20:00:00+09:00',
    endsAt: '2021-07-19T23:00:00+09:00',
    population: { people: 100 },
    arrivals: [{ kind: 'burst', share: 1, forSec: 10 }],
    waitingRoom,
    journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 100 }] }],
    stack: { instances: 4, stations: [{ name: 'web', perInstance: true, slots: 10 }] },
  })
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return {
    scenario: result.loaded.scenario,
    opensAtEpochMs,
    secret: 'a secret of tests',
    failOpen: false,
    fault: null,
    host: '127.0.0.1',
    ...more,
  }
}

export interface Evening {
  readonly gate: Gate
  readonly clock: ManualClock
  /** What the gate replies to a call. */
  call(query: string): NetfunnelReply
  /** A first contact, that must be told to wait or to pass: its key. */
  enter(): string
  /** The codes that these keys' polls are answered with. */
  codes(keys: readonly string[]): number[]
}

/** A gate so many seconds before the opening (after it: negative). */
export function evening(config: StackConfig, beforeSec: number, ticketLimit?: number): Evening {
  const clock = new ManualClock(opensAtEpochMs - beforeSec * 1000)
  const limit = ticketLimit === undefined ? {} : { ticketLimit }
  const gate = new Gate({ config, clock, node: { ip: '127.0.0.1', port: 8081 }, ...limit })
  const call = (query: string): NetfunnelReply => {
    const reply = parseReply(gate.handle(query).text)
    if (reply === null) throw new Error(`not a reply: ${gate.handle(query).text}`)
    return reply
  }
  const enter = (): string => {
    const { fields } = call('opcode=5101&sid=booking&aid=open')
    if (fields.key === undefined) throw new Error('no key')
    return fields.key
  }
  const codes = (keys: readonly string[]) => keys.map((key) => call(`opcode=5002&key=${key}`).code)
  return { gate, clock, call, enter, codes }
}

/** `n` first contacts one after the other. */
export function enterAll(at: Evening, n: number): string[] {
  return Array.from({ length: n }, () => at.enter())
}
