/**
 * One process of the stack: gate, ledger or instance, as its first message says. Each loads
 * only its own part: an instance does not need the database.
 */
import { systemClock } from '../core/clock.ts'
import { streamKey, streams, uniform } from '../core/chance.ts'
import type { ChildStart } from '../stack/contract.ts'
import { childSide, type Part } from '../stack/control/child.ts'
import type { FromChild, Question, ToChild } from '../stack/control/messages.ts'

const clock = systemClock
const loopback = '127.0.0.1'
const seed = Number(process.argv[2] ?? 1)

const unasked = ({ what }: Question): never => {
  throw new Error(`not for this process: ${what}`)
}

async function gatePart(start: Extract<ChildStart, { role: 'gate' }>): Promise<Part> {
  const { serveGate } = await import('../stack/gate/gate-server.ts')
  const gate = await serveGate(start, { clock })
  return {
    port: gate.port,
    control: (message) => gate.control(message),
    answer: (question) => (question.what === 'state' ? gate.state() : unasked(question)),
    close: () => gate.close(),
  }
}

async function ledgerPart(start: Extract<ChildStart, { role: 'ledger' }>): Promise<Part> {
  const { serveLedger } = await import('../stack/ledger/ledger-server.ts')
  const ledger = await serveLedger(start, { clock })
  return {
    port: ledger.port,
    control: (message) => ledger.control(message),
    answer: (question) => {
      switch (question.what) {
        case 'state':
          return ledger.state()
        case 'audit':
          return ledger.audit()
        case 'undo':
          return ledger.undo(question.person)
        case 'supply':
          return ledger.control({ kind: 'event', event: question.event }).then(() => true)
      }
    },
    close: () => ledger.close(),
  }
}

async function instancePart(start: Extract<ChildStart, { role: 'instance' }>): Promise<Part> {
  const [{ createGateClient }, { connectLedger }, { serveInstance }] = await Promise.all([
    import('../stack/gate/gate-client.ts'),
    import('../stack/ledger/ledger-client.ts'),
    import('../stack/instance/instance-server.ts'),
  ])
  const gate = createGateClient({ host: loopback, port: start.gatePort })
  const ledger = connectLedger({ port: start.ledgerPort })
  const key = streamKey(seed, streams.service)
  let draws = 0
  const chance = () => uniform(key, start.index, draws++)
  const instance = await serveInstance(start, { clock, chance, gate, ledger })
  return {
    port: instance.port,
    control: (message) => instance.control(message),
    answer: (question) => (question.what === 'state' ? instance.state() : unasked(question)),
    close: async () => {
      await instance.drain()
      gate.close()
      ledger.close()
    },
  }
}

function serve(start: ChildStart): Promise<Part> {
  switch (start.role) {
    case 'gate':
      return gatePart(start)
    case 'ledger':
      return ledgerPart(start)
    case 'instance':
      return instancePart(start)
  }
}

const send = (message: FromChild): void => {
  // The supervisor may be gone; then this process ends at once.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}
const tell = (line: string): void => {
  process.stderr.write(`${process.argv[3] ?? 'process'}: ${line}\n`)
}
const take = childSide({ serve, send, end: () => process.exit(0), tell })
process.on('message', (message) => take(message as ToChild))
process.on('disconnect', () => process.exit(0))
// A terminal sends Ctrl-C to every process of the group, others SIGTERM: the supervisor says when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
