import { createServer, type Socket } from 'node:net'
import { scheduler } from 'node:timers/promises'
import { deadline, type Clock } from '../../core/clock.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { LedgerGone } from '../contract.ts'
import type { ChildStart, ControlMessage, LedgerAudit, LedgerState } from '../contract.ts'
import { listen } from '../http.ts'
import { SlotStation, type Claim } from '../station.ts'
import { Bookings } from './bookings.ts'
import type { Driver, Lane } from './driver.ts'
import { maxRequestChars, parseRequest, readLines, writeLine } from './frames.ts'
import type { LedgerRequest, ReplyValue } from './frames.ts'
import { openPglite } from './pglite.ts'
import { openPostgres } from './postgres.ts'
import { prepare } from './schema.ts'

/** Only the instances, on the same machine, talk to it. */
const loopback = '127.0.0.1'
const stateTimeoutMs = 5_000

export type LedgerStart = Extract<ChildStart, { role: 'ledger' }>

export interface LedgerParts {
  readonly clock: Clock
  /** Opens the database; left out: the one that `start` names. */
  readonly openDriver?: () => Promise<Driver>
}

/** The ledger's own process, as its owner has it. */
export interface LedgerServer {
  readonly port: number
  close(): Promise<void>
  /**
   * Does what people do to the ledger: supply, and the eligibility rule; the rest is not for it.
   * Rejects with `LedgerGone` where the database is not there: then nothing has changed.
   */
  control(message: ControlMessage): Promise<void>
  /** Never rejects for a database that is not there: `connected` says so, the rest is as last known. */
  state(): Promise<LedgerState>
  audit(): Promise<LedgerAudit>
  /** Takes back a person's booking; false where there was none. */
  undo(personId: string): Promise<boolean>
}

/** The shared stations, the first of which is the database pool. */
function sharedStations({ stack }: Scenario) {
  return stack.stations.filter(({ shared }) => shared === true)
}

/**
 * Opens the database, empties it (see `prepare`: a rehearsal starts fresh, a ledger that is started
 * again within one run of the stack goes on), and listens on 127.0.0.1.
 * Throws a `DambreakError` if the database or the port is not available.
 */
export async function serveLedger(start: LedgerStart, parts: LedgerParts): Promise<LedgerServer> {
  const { config, databaseUrl, dataDir } = start
  const shared = sharedStations(config.scenario)
  const openDriver =
    parts.openDriver ??
    (() =>
      databaseUrl === null ? openPglite(dataDir) : openPostgres(databaseUrl, shared[0] ?? null))
  const driver = await openDriver()
  const wait = (ms: number) => scheduler.wait(ms)
  const bookings = new Bookings(driver, config, { clock: parts.clock, wait })
  const ledger = new Ledger(driver, bookings, shared)
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => ledger.serve(socket))
  let port: number
  try {
    await prepare(driver, config, wait)
    await driver.warm()
    // Known from the start, should the database be gone before anyone asks.
    await ledger.state()
    port = await listen(server, loopback, start.port)
  } catch (error) {
    await driver.close()
    throw driver.explain(error)
  }
  let closed: Promise<void> | null = null
  return {
    port,
    close() {
      if (closed === null) {
        server.close()
        closed = ledger.close()
      }
      return closed
    },
    control: (message) => ledger.control(message),
    state: () => ledger.state(),
    audit: () => ledger.bookings.audit(),
    undo: (personId) => ledger.bookings.undo(personId),
  }
}

/** Rejects with `LedgerGone` when a database that works would long have answered. */
function late(): Promise<never> {
  return new Promise((_, reject) => {
    const tooLate = () => reject(new LedgerGone('the database does not answer'))
    deadline(stateTimeoutMs).addEventListener('abort', tooLate, { once: true })
  })
}

/** Slots that one request of one instance holds, or waits for. */
interface Held {
  readonly lane: Lane
  readonly station: SlotStation | null
  claim: Claim | null
  isGranted: boolean
  /** What is under way on it: the slots are given back only after that. */
  running: number
  isReleased: boolean
}

/** One instance's connection. */
interface Peer {
  readonly socket: Socket
  readonly gone: AbortController
  readonly leases: Map<number, Held>
}

class Ledger {
  readonly bookings: Bookings
  private readonly driver: Driver
  private readonly stations: readonly SlotStation[]
  private readonly byName: ReadonlyMap<string, SlotStation>
  private readonly peers = new Set<Peer>()
  private readonly running = new Set<Promise<void>>()
  private known: Pick<LedgerState, 'booked' | 'offers'> = { booked: 0, offers: [] }

  constructor(driver: Driver, bookings: Bookings, shared: Scenario['stack']['stations']) {
    this.driver = driver
    this.bookings = bookings
    this.byName = new Map(shared.map((station) => [station.name, new SlotStation(station)]))
    this.stations = [...this.byName.values()]
  }

  serve(socket: Socket): void {
    const peer: Peer = { socket, gone: new AbortController(), leases: new Map() }
    this.peers.add(peer)
    readLines(socket, maxRequestChars, (line) => {
      const request = parseRequest(line)
      return request !== undefined && this.take(peer, request)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => this.drop(peer))
  }

  async close(): Promise<void> {
    for (const { socket } of this.peers) socket.destroy()
    await Promise.all(this.running)
    await this.driver.close()
  }

  async control(message: ControlMessage): Promise<void> {
    if (message.kind === 'eligibility') this.bookings.effect = message.effect
    if (message.kind !== 'event') return
    const { event } = message
    if (event.kind === 'eligibility-fault') this.bookings.effect = event.effect
    else if (event.kind === 'supply') await this.bookings.supply(event)
  }

  async state(): Promise<LedgerState> {
    const connected = await this.refresh()
    const { database } = this.driver
    const stations = this.stations.map((station) => station.state())
    return { database, stations, connected, ...this.known }
  }

  private async refresh(): Promise<boolean> {
    try {
      const asked = Promise.all([this.bookings.count(), this.bookings.listOffers()])
      const [booked, offers] = await Promise.race([asked, late()])
      this.known = { booked, offers }
      return true
    } catch (error) {
      if (error instanceof LedgerGone) return false
      throw error
    }
  }

  /** Its leases are given back; what it has under way is rolled back, and then its slots too. */
  private drop(peer: Peer): void {
    this.peers.delete(peer)
    peer.gone.abort()
    for (const held of peer.leases.values()) this.release(held)
    peer.leases.clear()
  }

  /** False for what no instance of ours would ask. */
  private take(peer: Peer, request: LedgerRequest): boolean {
    switch (request.op) {
      case 'lease':
        return this.lease(peer, request)
      case 'release': {
        const held = peer.leases.get(request.lease)
        peer.leases.delete(request.lease)
        if (held !== undefined) this.release(held)
        return held !== undefined
      }
      case 'offers':
        this.answer(peer, request.id, this.bookings.listOffers())
        return true
      default:
        return this.onLease(peer, request)
    }
  }

  private lease(peer: Peer, { id, station: name }: { id: number; station: string | null }) {
    const station = name === null ? null : this.byName.get(name)
    if (station === undefined || peer.leases.has(id)) return false
    const lane = station !== null && station === this.stations[0] ? 'pool' : 'internal'
    const held: Held = {
      lane,
      station,
      claim: null,
      isGranted: false,
      running: 0,
      isReleased: false,
    }
    const granted = (busy: number) => {
      held.isGranted = true
      writeLine(peer.socket, { id, value: { busy } })
    }
    if (station === null) granted(0)
    else {
      held.claim = station.take(granted)
      if (held.claim === null) {
        writeLine(peer.socket, { id, value: null })
        return true
      }
    }
    peer.leases.set(id, held)
    return true
  }

  private onLease(
    peer: Peer,
    request: Extract<LedgerRequest, { op: 'identify' | 'book' }>,
  ): boolean {
    const held = peer.leases.get(request.lease)
    if (held === undefined || !held.isGranted) return false
    held.running++
    const { person } = request
    const errand = { lane: held.lane, signal: peer.gone.signal }
    const work =
      request.op === 'identify'
        ? this.bookings.identify(person, errand)
        : this.bookings.book(person, request.choice, errand)
    const after = () => {
      held.running--
      this.settle(held)
    }
    this.answer(peer, request.id, work.finally(after))
    return true
  }

  private release(held: Held): void {
    held.isReleased = true
    this.settle(held)
  }

  /** A slot stands for a connection: it is free again when nothing runs on that any more. */
  private settle({ station, claim, isReleased, running }: Held): void {
    if (isReleased && running === 0 && claim !== null) station?.release(claim)
  }

  private answer(peer: Peer, id: number, work: Promise<ReplyValue>): void {
    const answered = work.then(
      (value) => writeLine(peer.socket, { id, value }),
      (error: unknown) => {
        const message = error instanceof Error ? error.message : String(error)
        const reply = error instanceof LedgerGone ? { gone: message } : { failed: message }
        writeLine(peer.socket, { id, ...reply })
      },
    )
    this.running.add(answered)
    void answered.finally(() => this.running.delete(answered))
  }
}
