import type { BrowserFacts } from '../browser-facts.ts'
import { both, count, element, facts, show, type Words } from './elements.ts'
import { completeTicket } from './ticket.ts'
import { endWaiting } from './waiting.ts'

/** The booking form: the offers, the requests of the journey, and what came of them. */

interface Offer {
  readonly place: string
  readonly date: string
  readonly remaining: number
}

/** What an instance answers to a step. */
interface Answer {
  readonly code: number
  readonly status?: string
  readonly message?: string
  readonly booking?: { readonly id: string; readonly place: string; readonly date: string }
}

type Person = Readonly<Record<string, string | number>>

const { from, to } = facts.birthYears

/** Answers after which a booking is over. */
const refusals: Readonly<Record<string, Words | undefined>> = {
  ineligible: [
    '예약 대상이 아닙니다.',
    `You may not book: this opening is for people born ${from} to ${to}.`,
  ],
  alreadyBooked: ['이미 예약하셨습니다.', 'You have already booked. One booking per person.'],
  soldOut: ['모두 마감되었습니다.', 'Everything is sold out.'],
  noKey: ['대기열을 거쳐 주세요.', 'You have not come through the waiting room. Please queue.'],
  badKey: [
    '대기표가 올바르지 않습니다.',
    'The waiting room has not let this ticket in. Please queue again.',
  ],
}

/** Answers after which a person may press the button again. */
const passing = {
  busy: [
    '지금 접속이 많습니다. 잠시 후 다시 눌러 주세요.',
    'Very busy right now. Please press the button again in a moment.',
  ],
  off: [
    '지금은 예약 서비스가 중지되어 있습니다.',
    'Booking is switched off at the moment. Please try again later.',
  ],
  unavailable: [
    '일시적인 오류입니다. 다시 눌러 주세요.',
    'Something behind this page does not answer. Please press the button again.',
  ],
} satisfies Record<string, Words>

const passingWords: Readonly<Record<string, Words | undefined>> = passing

const offerList = () => element('offer') as HTMLSelectElement

async function fetchOffers(): Promise<readonly Offer[]> {
  const response = await fetch('/offers', { headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error('no offers')
  const answer = (await response.json()) as readonly Offer[] | { readonly offers: readonly Offer[] }
  return 'offers' in answer ? answer.offers : answer
}

function optionOf({ place, date, remaining }: Offer): HTMLOptionElement {
  const option = document.createElement('option')
  option.value = JSON.stringify({ place, date })
  option.disabled = remaining <= 0
  const left =
    remaining > 0 ? `${count(remaining)}석 남음 · ${count(remaining)} left` : '마감 · sold out'
  option.textContent = `${place}, ${date} (${left})`
  return option
}

/** Shows the form with what is left to book. */
export async function showBooking(): Promise<void> {
  endWaiting()
  const select = offerList()
  try {
    const offers = await fetchOffers()
    select.replaceChildren(...offers.map(optionOf))
    const first = [...select.options].find((option) => !option.disabled)
    if (first !== undefined) select.value = first.value
    element('choice').hidden = offers.length === 0
  } catch {
    // Without a choice the first offer that is left is booked.
    select.replaceChildren()
    element('choice').hidden = true
  }
  element('progress').textContent = ''
  show('booking')
}

/** A template with the person's data in place of `${name}`; a number alone stays a number. */
function filled(template: unknown, data: Person): unknown {
  if (typeof template === 'string') {
    const whole = /^\$\{(\w+)\}$/.exec(template)?.[1]
    return whole === undefined ? filledText(template, data) : data[whole]
  }
  if (Array.isArray(template)) return template.map((each) => filled(each, data))
  if (template === null || typeof template !== 'object') return template
  return Object.fromEntries(
    Object.entries(template).map(([name, each]) => [name, filled(each, data)]),
  )
}

function filledText(template: string, data: Person): string {
  return template.replace(/\$\{(\w+)\}/g, (_, name: string) => String(data[name] ?? ''))
}

async function perform(step: BrowserFacts['steps'][number], data: Person): Promise<Answer> {
  const hasBody = step.method !== 'GET' && step.method !== 'HEAD'
  const texts = Object.entries(data).map(([name, value]) => [name, String(value)] as const)
  const encoded = texts.map(([name, value]) => [name, encodeURIComponent(value)] as const)
  const path = filledText(step.path, Object.fromEntries(encoded))
  const query = new URLSearchParams(Object.fromEntries(texts)).toString()
  const headers = Object.entries(step.headers).map(
    ([name, value]) => [name, filledText(value, data)] as const,
  )
  const response = await fetch(
    hasBody ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`,
    {
      method: step.method,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...Object.fromEntries(headers),
      },
      ...(hasBody ? { body: JSON.stringify(filled(step.body, data)) } : {}),
    },
  )
  const answer = (await response.json().catch(() => ({}))) as Omit<Answer, 'code'>
  return { ...answer, code: response.status }
}

function say(words: Words): void {
  element('progress').replaceChildren(...both(words))
}

/** Performs the journey for who fills in the form. */
export async function book(event: Event): Promise<void> {
  event.preventDefault()
  const button = element('submit') as HTMLButtonElement
  button.disabled = true
  try {
    await performJourney(personOf(new FormData(element('form') as HTMLFormElement)))
  } catch {
    say(passing.unavailable)
  } finally {
    button.disabled = false
  }
}

function personOf(form: FormData): Person {
  const text = (name: string) => {
    const value = form.get(name)
    return typeof value === 'string' ? value : ''
  }
  const offer = text('offer')
  const choice = offer === '' ? {} : (JSON.parse(offer) as Pick<Offer, 'place' | 'date'>)
  return { person: text('person').trim(), birthYear: Number(text('birthYear')), ...choice }
}

async function performJourney(data: Person): Promise<void> {
  let last: Answer = { code: 0 }
  for (const [i, step] of facts.steps.entries()) {
    say([`처리 중… ${i + 1}/${facts.steps.length}`, 'working on it'])
    last = await perform(step, data)
    const { code, status = '', message = '' } = last
    if (code === 200 && status === 'ok') continue
    const refusal = refusals[status]
    if (refusal !== undefined) {
      await completeTicket()
      showResult(false, refusal)
      return
    }
    const check = message === '' ? 'Please check what you typed.' : message
    say(
      code === 400
        ? ['입력 내용을 확인해 주세요.', check]
        : (passingWords[status] ?? passing.unavailable),
    )
    return
  }
  await completeTicket()
  const { booking } = last
  const what = booking === undefined ? '.' : `: ${booking.place}, ${booking.date}.`
  showResult(true, ['예약되었습니다.', `You are booked${what}`], booking?.id)
}

/** Shows how it ended, with the number of the booking if there is one. */
export function showResult(isGood: boolean, words: Words, id?: string): void {
  endWaiting()
  element('result').className = isGood ? 'good' : 'bad'
  element('result-title').replaceChildren(...both(words))
  element('result-id').hidden = id === undefined
  element('result-id').textContent = `예약 번호 · booking ${id ?? ''}`
  const again: Words = isGood ? ['처음으로', 'Start over'] : ['다시 대기하기', 'Queue again']
  element('again').replaceChildren(...both(again))
  show('result')
}
