/**
 * How large a scenario may be: far above any real opening, and what the simulator can hold and
 * count exactly. Anything beyond is a fault; nothing is cut off silently.
 */
export const sizeLimits = {
  /** More than there are people. */
  people: 10_000_000_000,
  devicesPerPerson: 1000,
  /** Tickets at first; a ticket's person is exact up to 1.2e8 (`populationOf` asserts it). */
  tickets: 100_000_000,
  instances: 100_000,
  /** Of one station on one instance, or shared by all. */
  slots: 65_536,
  backlog: 1_000_000,
  /** Slots and backlogs of all stations on all instances: a request is some 200 bytes. */
  requests: 8_000_000,
  /** A visitor's row counts steps and tries in one byte each. */
  steps: 255,
  tries: 255,
  /** Visits of a step; the draws of service times count them in four bits (`Servers.begin`). */
  visits: 16,
  /** Columns of a data file. */
  columns: 256,
  /** Lists whose entries are each parsed, simulated or judged: their lengths multiply the work. */
  variants: 200,
  variantFields: 200,
  arrivals: 1000,
  stations: 100,
  doors: 100,
  events: 1000,
  offers: 100_000,
  objectives: 500,
  reported: 1000,
  values: 1_000_000,
  /** Of one answer; a generator has thousands in flight. */
  bodyBytes: 67_108_864,
  /** Of one extracted value, and of all cookies of a visitor. */
  valueChars: 131_072,
  cookieChars: 131_072,
} as const

/** Requests that the stations without a stated backlog hold together. */
export const unstatedBacklog = 1_000_000

/** First and last year of birth that a person can have. */
export const birthYears = { first: 1850, last: 2100 } as const
