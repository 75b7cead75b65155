import { facts, pause } from './elements.ts'

/**
 * The gate, by its protocol: a call is a script tag, and the reply is a script that sets
 * `NetFunnel.gControl.result` and calls `_showResult`. 3 s of patience, one retry.
 */

const timeoutMs = 3000

/** `5002:201:nwait=10&tps=3.5` */
export interface GateReply {
  readonly type: string
  readonly code: number
  readonly fields: Readonly<Record<string, string | undefined>>
}

interface GateGlobals {
  /** The opcode that the reply is to. */
  gRtype: number
  readonly gControl: { result: string; _showResult(): void }
}

/** Who waits for a reply, by the opcode it is to: of two calls under way neither gets the other's. */
const waiters = new Map<string, (result: string) => void>()

/** The node that owns the ticket, from the gate's reply; '' is where the page came from. */
let node = ''

const globals: GateGlobals = {
  gRtype: 0,
  gControl: {
    result: '',
    _showResult() {
      const opcode = String(globals.gRtype)
      const take = waiters.get(opcode)
      waiters.delete(opcode)
      take?.(this.result)
    },
  },
}
Object.assign(window, { NetFunnel: globals })

function parseReply(result: string): GateReply {
  const [, type = '', code = '500', rest = ''] = /^(\d+):(\d+):?(.*)$/s.exec(result) ?? []
  return { type, code: Number(code), fields: Object.fromEntries(new URLSearchParams(rest)) }
}

type Fields = Readonly<Record<string, string>>

function callOnce(origin: string, opcode: string, fields: Fields): Promise<GateReply> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    const end = (act: () => void) => {
      clearTimeout(timer)
      if (waiters.get(opcode) === onReply) waiters.delete(opcode)
      script.remove()
      act()
    }
    const onReply = (result: string) => end(() => resolve(parseReply(result)))
    const fail = () => end(() => reject(new Error('the waiting room does not answer')))
    waiters.set(opcode, onReply)
    const timer = setTimeout(fail, timeoutMs)
    script.onerror = fail
    const prefix = `NetFunnel.gRtype=${opcode};`
    const query = new URLSearchParams({ opcode, ...fields, nfid: '0', prefix, js: 'yes' })
    script.src = `${origin}/ts.wseq?${query.toString()}&${Date.now()}`
    document.head.append(script)
  })
}

/** @throws Error where the gate does not answer twice */
export async function callGate(opcode: string, fields: Fields): Promise<GateReply> {
  let reply: GateReply
  try {
    reply = await callOnce(node, opcode, fields)
  } catch {
    // The way to the node may be barred where the way of the page is not.
    node = ''
    await pause(0.5)
    reply = await callOnce(node, opcode, fields)
  }
  const { ip = '', port = '' } = reply.fields
  const named = `http://${ip}:${port}`
  if (ip !== '' && port !== '' && named === facts.gateOrigin) node = named
  return reply
}

/** The next call goes to where the page came from. */
export function forgetNode(): void {
  node = ''
}
