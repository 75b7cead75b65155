import { secToHours, secToMinutes, secToMs } from '../../../core/units.ts'
import type { BrowserFacts } from '../browser-facts.ts'

/** The page: its elements, what the server says of it, and how it shows words and numbers. */

/** @throws Error where the page has no such element */
export function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no ${id}`)
  return found
}

export const facts = JSON.parse(element('facts').textContent ?? '') as BrowserFacts

/** Milliseconds by which the server's clock is ahead of this one. */
export const clockOffsetMs = facts.nowEpochMs - Date.now()

/** Korean, and English after it. */
export type Words = readonly [korean: string, english: string]

export function both([korean, english]: Words): (string | Node)[] {
  const span = document.createElement('span')
  span.lang = 'en'
  span.textContent = english
  return [`${korean} `, span]
}

const sections = ['waiting', 'booking', 'result'] as const

/** Shows one section in place of the others and moves the focus there. */
export function show(id: (typeof sections)[number]): void {
  for (const each of sections) element(each).hidden = each !== id
  element(id).querySelector<HTMLElement>('h2')?.focus()
}

/** `810,827` */
export function count(value: number): string {
  return Math.max(0, Math.round(value)).toLocaleString('en-US')
}

/** `1:02:03`, `2:03` */
export function duration(sec: number): string {
  const left = Math.max(0, Math.ceil(sec))
  const h = Math.floor(secToHours(left))
  const m = Math.floor(secToMinutes(left % 3600))
  const [first, ...rest] = [...(h > 0 ? [h] : []), m, left % 60]
  return [String(first), ...rest.map((part) => String(part).padStart(2, '0'))].join(':')
}

export function pause(sec: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, secToMs(sec)))
}
