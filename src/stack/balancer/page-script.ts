/**
 * What the page for people runs. It speaks to the gate as the protocol's browser client does: by
 * script tags, 5101 first, then 5002 every `min(ttl, 30)` s with jitter, 3 s of patience, one retry,
 * and then on to the booking with the key `connection_timeout`, which the instances refuse unless
 * they fail open.
 */
export const pageScript = `
'use strict'
const facts = JSON.parse(document.getElementById('facts').textContent)
const $ = (id) => document.getElementById(id)
const sections = ['waiting', 'booking', 'result']
const timeoutMs = 3000
const maxTtlSec = 30
const aliveSec = 60
let key = null
// The node that owns the ticket, from the gate's reply; '' is where the page came from.
let node = ''
// Who waits for a reply, by the opcode it is to: of two calls under way neither gets the other's.
const gateReplies = new Map()
let wait = null
let alive = 0
let farthest = 0

const number = (value) => Math.max(0, Math.round(value)).toLocaleString('en-US')
const pause = (sec) => new Promise((resolve) => setTimeout(resolve, sec * 1000))
function both(ko, en) {
  const english = document.createElement('span')
  english.lang = 'en'
  english.textContent = en
  return [ko + ' ', english]
}
function show(id) {
  for (const each of sections) $(each).hidden = each !== id
  const title = $(id).querySelector('h2')
  title.focus()
}
function duration(sec) {
  const left = Math.max(0, Math.ceil(sec))
  const h = Math.floor(left / 3600)
  const m = Math.floor((left % 3600) / 60)
  const parts = h > 0 ? [h, m] : [m]
  return [...parts, left % 60].map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}

// The gate, by the protocol. Its reply is a script that calls these.
window.NetFunnel = {
  gRtype: 0,
  gControl: {
    result: '',
    _showResult() {
      const opcode = String(window.NetFunnel.gRtype)
      const done = gateReplies.get(opcode)
      gateReplies.delete(opcode)
      if (done) done(this.result)
    },
  },
}
function parse(result) {
  const [, type, code, rest] = /^(\\d+):(\\d+):?(.*)$/s.exec(result) || [null, '', '500', '']
  return { type, code: Number(code), fields: Object.fromEntries(new URLSearchParams(rest)), text: result }
}
function callOnce(origin, opcode, fields) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    const query = new URLSearchParams({ opcode, ...fields, nfid: '0', prefix: 'NetFunnel.gRtype=' + opcode + ';', js: 'yes' })
    let timer = 0
    const end = (act) => {
      clearTimeout(timer)
      if (gateReplies.get(opcode) === onReply) gateReplies.delete(opcode)
      script.remove()
      act()
    }
    const onReply = (result) => end(() => resolve(parse(result)))
    const fail = () => end(() => reject(new Error('the waiting room does not answer')))
    gateReplies.set(opcode, onReply)
    timer = setTimeout(fail, timeoutMs)
    script.onerror = fail
    script.src = origin + '/ts.wseq?' + query + '&' + Date.now()
    document.head.append(script)
  })
}
async function call(opcode, fields) {
  let reply
  try {
    reply = await callOnce(node, opcode, fields)
  } catch {
    // The way to the node may be barred where the way of the page is not.
    node = ''
    await pause(0.5)
    reply = await callOnce(node, opcode, fields)
  }
  const { ip, port } = reply.fields
  const named = 'http://' + ip + ':' + port
  if (ip && port && named === facts.gateOrigin) node = named
  return reply
}

function store(type, value) {
  document.cookie = facts.cookie + '=' + type + ':200:key=' + value + '; path=/; samesite=lax'
}
function forget() {
  document.cookie = facts.cookie + '=; path=/; max-age=0'
  clearInterval(alive)
  key = null
}
async function complete() {
  const used = key
  forget()
  if (used === null) return
  try {
    await call('5004', { key: used })
  } catch {
    // The place lapses by itself.
  }
}

// The waiting screen.
function estimate() {
  const sinceSec = (performance.now() - wait.atMs) / 1000
  const opensInSec = (facts.opensAtEpochMs - (Date.now() + facts.clockOffsetMs)) / 1000
  const paceSec = wait.tps > 0 ? wait.ahead / wait.tps : null
  return { opensInSec, leftSec: paceSec === null ? null : paceSec - (opensInSec > 0 ? 0 : sinceSec), sinceSec }
}
function draw() {
  if (wait === null) return
  const { opensInSec, leftSec, sinceSec } = estimate()
  const isOpen = opensInSec <= 0
  const gone = isOpen && wait.tps > 0 ? Math.min(sinceSec * wait.tps, wait.ahead) : 0
  const ahead = Math.ceil(wait.ahead - gone)
  farthest = Math.max(farthest, ahead + 1)
  $('position').textContent = number(ahead + 1)
  $('ahead').textContent = number(ahead)
  $('behind').textContent = number(wait.behind)
  const whole = leftSec === null ? null : leftSec + Math.max(0, opensInSec)
  $('left').textContent = whole === null ? '–' : whole < 1 ? '곧 · soon' : duration(whole)
  $('opens').hidden = isOpen
  $('opens-in').textContent = duration(opensInSec)
  $('bar').style.width = (isOpen ? 100 * (1 - ahead / farthest) : 0).toFixed(1) + '%'
}
function waiting(fields) {
  wait = { ahead: Number(fields.nwait) || 0, behind: Number(fields.nnext) || 0, tps: Number(fields.tps) || 0, atMs: performance.now() }
  if ($('waiting').hidden) show('waiting')
  draw()
  const left = $('left').textContent
  $('spoken').textContent = '대기 순번 ' + $('position').textContent + '. Position ' + $('position').textContent + ', estimated wait ' + left
}
const gateRefusals = {
  508: ['대기표가 만료되었습니다.', 'Your place in the queue has lapsed. Please queue again.'],
  509: ['대기표가 올바르지 않습니다.', 'The waiting room does not know this ticket. Please queue again.'],
  510: ['지금은 예약 서비스가 중지되어 있습니다.', 'Booking is switched off at the moment. Please come again later.'],
}
async function queue() {
  forget()
  wait = null
  node = ''
  farthest = 0
  $('position').textContent = '–'
  show('waiting')
  let reply
  try {
    reply = await call('5101', { sid: 'service_1', aid: facts.action })
    while (reply.code === 201 || reply.code === 202) {
      if (reply.fields.key) key = reply.fields.key
      waiting(reply.fields)
      const ttl = Number(reply.fields.ttl)
      if (!(ttl > 0)) return
      await pause(Math.min(ttl, maxTtlSec) * (1 + 0.1 * Math.random()))
      reply = await call('5002', { key, ttl: reply.fields.ttl })
    }
  } catch {
    // As the protocol's client does: what guards the booking is that the servers verify the key.
    key = null
    store('5002', 'connection_timeout')
    return enter()
  }
  if (reply.code === 300 || reply.code === 303) return enter()
  if (reply.code === 200) {
    key = reply.fields.key || key
    store(reply.type, key)
    alive = setInterval(() => key !== null && call('5003', { key }).catch(() => null), aliveSec * 1000)
    return enter()
  }
  const words = gateRefusals[reply.code] || ['대기실에서 오류가 발생했습니다.', 'The waiting room answered with error ' + reply.code + '.']
  forget()
  ended(false, words[0], words[1])
}

// The booking.
async function offers() {
  const response = await fetch('/offers', { headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error('no offers')
  const answer = await response.json()
  return Array.isArray(answer) ? answer : answer.offers
}
async function enter() {
  wait = null
  const select = $('offer')
  try {
    const list = await offers()
    select.replaceChildren(...list.map((offer, i) => {
      const option = document.createElement('option')
      option.value = JSON.stringify({ place: offer.place, date: offer.date })
      option.disabled = offer.remaining <= 0
      const left = offer.remaining > 0 ? number(offer.remaining) + '석 남음 · ' + number(offer.remaining) + ' left' : '마감 · sold out'
      option.textContent = offer.place + ', ' + offer.date + ' (' + left + ')'
      return option
    }))
    const first = [...select.options].find((option) => !option.disabled)
    if (first) select.value = first.value
    $('choice').hidden = list.length === 0
  } catch {
    // Without a choice the first offer that is left is booked.
    select.replaceChildren()
    $('choice').hidden = true
  }
  $('progress').textContent = ''
  show('booking')
}
function filled(template, data) {
  if (typeof template === 'string') {
    const whole = /^\\$\\{(\\w+)\\}$/.exec(template)
    if (whole) return data[whole[1]]
    return template.replace(/\\$\\{(\\w+)\\}/g, (_, name) => String(data[name] ?? ''))
  }
  if (Array.isArray(template)) return template.map((each) => filled(each, data))
  if (template === null || typeof template !== 'object') return template
  return Object.fromEntries(Object.entries(template).map(([name, each]) => [name, filled(each, data)]))
}
async function perform(step, data) {
  const hasBody = step.method !== 'GET' && step.method !== 'HEAD'
  const path = filled(step.path, Object.fromEntries(Object.entries(data).map(([name, of]) => [name, encodeURIComponent(of)])))
  const query = hasBody ? '' : (path.includes('?') ? '&' : '?') + new URLSearchParams(data)
  const response = await fetch(path + query, {
    method: step.method,
    headers: { 'content-type': 'application/json', accept: 'application/json', ...filled(step.headers, data) },
    ...(hasBody ? { body: JSON.stringify(filled(step.body, data)) } : {}),
  })
  const answer = await response.json().catch(() => ({}))
  return { code: response.status, ...answer }
}
const refusals = {
  ineligible: ['예약 대상이 아닙니다.', 'You may not book: this opening is for people born ' + facts.birthYears.from + ' to ' + facts.birthYears.to + '.'],
  alreadyBooked: ['이미 예약하셨습니다.', 'You have already booked. One booking a person.'],
  soldOut: ['모두 마감되었습니다.', 'Everything is sold out.'],
  noKey: ['대기열을 거쳐 주세요.', 'You have not come through the waiting room. Please queue.'],
  badKey: ['대기표가 올바르지 않습니다.', 'The waiting room has not let this ticket in. Please queue again.'],
}
const passing = {
  busy: ['지금 접속이 많습니다. 잠시 후 다시 눌러 주세요.', 'Very busy right now. Please press the button again in a moment.'],
  off: ['지금은 예약 서비스가 중지되어 있습니다.', 'Booking is switched off at the moment. Please try again later.'],
  unavailable: ['일시적인 오류입니다. 다시 눌러 주세요.', 'Something behind this page does not answer. Please press the button again.'],
}
function say(words) {
  $('progress').replaceChildren(...both(words[0], words[1]))
}
async function book(event) {
  event.preventDefault()
  const form = new FormData($('form'))
  const choice = form.get('offer') ? JSON.parse(form.get('offer')) : {}
  const data = { person: String(form.get('person')).trim(), birthYear: Number(form.get('birthYear')), ...choice }
  const button = $('submit')
  button.disabled = true
  try {
    let last = null
    for (const [i, step] of facts.steps.entries()) {
      say(['처리 중… ' + (i + 1) + '/' + facts.steps.length, 'working on it'])
      last = await perform(step, data)
      if (last.code === 200 && last.status === 'ok') continue
      if (refusals[last.status]) {
        await complete()
        return ended(false, ...refusals[last.status])
      }
      if (last.code === 400) return say(['입력 내용을 확인해 주세요.', last.message || 'Please check what you typed.'])
      return say(passing[last.status] || passing.unavailable)
    }
    await complete()
    const { booking } = last
    const text = booking ? booking.place + ', ' + booking.date : ''
    ended(true, '예약되었습니다.', 'You are booked' + (text === '' ? '.' : ': ' + text + '.'), booking && booking.id)
  } catch {
    say(passing.unavailable)
  } finally {
    button.disabled = false
  }
}
function ended(isGood, ko, en, id) {
  wait = null
  $('result').className = isGood ? 'good' : 'bad'
  $('result-title').replaceChildren(...both(ko, en))
  $('result-id').hidden = id === undefined || id === null
  $('result-id').textContent = '예약 번호 · booking ' + id
  $('again').replaceChildren(...both(isGood ? '처음으로' : '다시 대기하기', isGood ? 'Start over' : 'Queue again'))
  show('result')
}

$('form').addEventListener('submit', book)
$('again').addEventListener('click', queue)
addEventListener('pagehide', () => {
  // A place inside is free sooner if the gate hears of it; nobody waits for the answer.
  if (key !== null && !$('booking').hidden) fetch('/ts.wseq?opcode=5004&key=' + encodeURIComponent(key), { keepalive: true }).catch(() => null)
})
facts.clockOffsetMs = facts.nowEpochMs - Date.now()
setInterval(draw, 250)
queue()
`
