/** When a cookie expires, ms since the epoch, by RFC 6265, 5.1.1; `null` where that is no date. */
export function cookieDateMs(text: string): number | null {
  let time: readonly number[] | null = null
  let day: number | null = null
  let month: number | null = null
  let year: number | null = null
  for (const token of text.split(/[\t\u0020-\u002f\u003b-\u0040\u005b-\u0060\u007b-\u007e]+/)) {
    const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/.exec(token)
    const monthAt = months.indexOf(token.slice(0, 3).toLowerCase())
    if (time === null && clock !== null) time = clock.slice(1).map(Number)
    else if (day === null && /^\d{1,2}(?!\d)/.test(token)) day = Number.parseInt(token, 10)
    else if (month === null && monthAt >= 0) month = monthAt
    else if (year === null && /^\d{2,4}(?!\d)/.test(token)) year = Number.parseInt(token, 10)
  }
  if (time === null || day === null || month === null || year === null) return null
  if (year < 100) year += year < 70 ? 2000 : 1900
  const [hour = 0, minute = 0, second = 0] = time
  const isTime = hour <= 23 && minute <= 59 && second <= 59
  if (day < 1 || day > 31 || year < 1601 || !isTime) return null
  const ms = Date.UTC(year, month, day, hour, minute, second)
  // There is no 31st of June.
  return new Date(ms).getUTCDate() === day ? ms : null
}

const months = 'jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec'.split(',')
