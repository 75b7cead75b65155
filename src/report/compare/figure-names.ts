import type { FigurePath } from '../../compare/headline-figures.ts'

/** What a headline figure is called in a table, and within a sentence. */
export const figureNames: Readonly<Record<FigurePath, { label: string; spoken: string }>> = {
  'visitors.arrived': { label: 'Tickets issued', spoken: 'tickets issued' },
  'people.booked': { label: 'People who booked', spoken: 'people who booked' },
  'visitors.abandoned': { label: 'Gave up waiting', spoken: 'those who gave up waiting' },
  'visitors.bypassed': { label: 'Bypassed the gate', spoken: 'those who bypassed the gate' },
  'waiting.max': { label: 'Longest queue', spoken: 'the longest queue' },
  'waitSec.p50': { label: 'Wait of all who queued, p50', spoken: 'the p50 wait' },
  'waitSec.p95': { label: 'Wait of all who queued, p95', spoken: 'the p95 wait' },
  'responseMs.p50': { label: 'Response time, p50', spoken: 'the p50 response time' },
  'responseMs.p95': { label: 'Response time, p95', spoken: 'the p95 response time' },
  'responseMs.p99': { label: 'Response time, p99', spoken: 'the p99 response time' },
  errorShare: {
    label: 'Tickets that ended in an error',
    spoken: 'tickets that ended in an error',
  },
  requestErrorShare: { label: 'Requests that failed', spoken: 'requests that failed' },
  'findings.doubleBooking': { label: 'Double bookings', spoken: 'double bookings' },
  'findings.ineligibleBooked': {
    label: 'Bookings by ineligible people',
    spoken: 'bookings by ineligible people',
  },
}
