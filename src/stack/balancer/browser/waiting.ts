import { msToSec } from '../../../core/units.ts'
import { clockOffsetMs, count, duration, element, facts, show } from './elements.ts'
import type { GateReply } from './gate-client.ts'

/** The waiting screen: the position in the queue and how long it will take, counted down between polls. */

interface Wait {
  readonly ahead: number
  readonly behind: number
  readonly admitPerSec: number
  readonly sinceMs: number
}

let wait: Wait | null = null
/** The farthest back this visitor has been, for the bar. */
let farthest = 0

export function beginWaiting(): void {
  wait = null
  farthest = 0
  element('position').textContent = '–'
  show('waiting')
}

export function endWaiting(): void {
  wait = null
}

/** Shows what the gate says of the queue. */
export function showWait(fields: GateReply['fields']): void {
  const read = (name: string) => Number(fields[name] ?? '') || 0
  wait = {
    ahead: read('nwait'),
    behind: read('nnext'),
    admitPerSec: read('tps'),
    sinceMs: performance.now(),
  }
  if (element('waiting').hidden) show('waiting')
  drawWait()
  const position = element('position').textContent ?? ''
  const left = element('left').textContent ?? ''
  element('spoken').textContent =
    `대기 순번 ${position}. Position ${position}, estimated wait ${left}`
}

/** The waiting screen as of now. */
export function drawWait(): void {
  if (wait === null) return
  const sinceSec = msToSec(performance.now() - wait.sinceMs)
  const opensInSec = msToSec(facts.opensAtEpochMs - (Date.now() + clockOffsetMs))
  const isOpen = opensInSec <= 0
  const isMoving = wait.admitPerSec > 0
  const gone = isOpen && isMoving ? Math.min(sinceSec * wait.admitPerSec, wait.ahead) : 0
  const ahead = Math.ceil(wait.ahead - gone)
  farthest = Math.max(farthest, ahead + 1)
  element('position').textContent = count(ahead + 1)
  element('ahead').textContent = count(ahead)
  element('behind').textContent = count(wait.behind)
  const queueSec = wait.ahead / wait.admitPerSec - (isOpen ? sinceSec : 0)
  element('left').textContent = isMoving ? leftText(queueSec + Math.max(0, opensInSec)) : '–'
  element('opens').hidden = isOpen
  element('opens-in').textContent = duration(opensInSec)
  element('bar').style.width = `${(isOpen ? 100 * (1 - ahead / farthest) : 0).toFixed(1)}%`
}

const leftText = (sec: number) => (sec < 1 ? '곧 · soon' : duration(sec))
