import { cutText } from '../report/text-columns.ts'
import type { Environment } from './environment.ts'
import { printable } from './printable.ts'
import { lineColumns } from './terminal.ts'

export interface StatusLine {
  readonly show: (text: string) => void
  /** It is taken away. */
  readonly end: () => void
}

const liveEveryMs = 200
const plainEveryMs = 10_000

/** One line on standard error: rewritten on a terminal, every few seconds a line where there is none. */
export function startStatusLine(environment: Environment, quiet: boolean): StatusLine {
  const { clock, err, errIsTerminal, errColumns } = environment
  let shownMs = -Infinity
  return {
    show: (text) => {
      const nowMs = clock.monotonicMs()
      if (quiet || nowMs - shownMs < (errIsTerminal ? liveEveryMs : plainEveryMs)) return
      shownMs = nowMs
      const line = printable(text)
      err(errIsTerminal ? `\r\u001b[2K${cutText(line, lineColumns(errColumns()))}` : `${line}\n`)
    },
    end: () => {
      if (errIsTerminal && !quiet) err('\r\u001b[2K')
    },
  }
}
