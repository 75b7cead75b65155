import { book, showBooking, showResult } from './booking.ts'
import { element, facts, pause, type Words } from './elements.ts'
import { callGate, forgetNode, type GateReply } from './gate-client.ts'
import { enterWith, enterWithoutKey, forgetTicket, keepKey, leave, ticketKey } from './ticket.ts'
import { beginWaiting, drawWait, showWait } from './waiting.ts'

/**
 * What the page for people runs; `npm run bundle` makes `page.bundle.js` of it. It speaks to the gate as
 * the protocol's browser client does: by script tags, 5101 first, then 5002 every `min(ttl, 30)` s with
 * jitter, and then on to the booking. Where the gate does not answer it goes on with the key
 * `connection_timeout`, which the instances refuse unless they fail open.
 */

const maxTtlSec = 30

const gateRefusals: Readonly<Record<number, Words | undefined>> = {
  508: ['대기표가 만료되었습니다.', 'Your place in the queue has lapsed. Please queue again.'],
  509: [
    '대기표가 올바르지 않습니다.',
    'The waiting room does not know this ticket. Please queue again.',
  ],
  510: [
    '지금은 예약 서비스가 중지되어 있습니다.',
    'Booking is switched off at the moment. Please come again later.',
  ],
}

/** Polls until the turn has come; `null`: it never will, and the screen stays. */
async function waitForTurn(): Promise<GateReply | null> {
  let reply = await callGate('5101', { sid: 'service_1', aid: facts.action })
  while (reply.code === 201 || reply.code === 202) {
    const { key = '', ttl = '' } = reply.fields
    if (key !== '') keepKey(key)
    showWait(reply.fields)
    if (!(Number(ttl) > 0)) return null
    await pause(Math.min(Number(ttl), maxTtlSec) * (1 + 0.1 * Math.random()))
    reply = await callGate('5002', { key: ticketKey() ?? '', ttl })
  }
  return reply
}

async function queue(): Promise<void> {
  forgetTicket()
  forgetNode()
  beginWaiting()
  let reply: GateReply | null
  try {
    reply = await waitForTurn()
  } catch {
    enterWithoutKey()
    return showBooking()
  }
  if (reply === null) return
  const { code, type, fields } = reply
  if (code === 300 || code === 303) return showBooking()
  if (code === 200) {
    const { key = '' } = fields
    if (key !== '') keepKey(key)
    enterWith(type)
    return showBooking()
  }
  forgetTicket()
  const unknown: Words = [
    '대기실에서 오류가 발생했습니다.',
    `The waiting room answered with error ${code}.`,
  ]
  showResult(false, gateRefusals[code] ?? unknown)
}

element('form').addEventListener('submit', (event) => void book(event))
element('again').addEventListener('click', () => void queue())
addEventListener('pagehide', () => {
  if (!element('booking').hidden) leave()
})
setInterval(drawWait, 250)
void queue()
