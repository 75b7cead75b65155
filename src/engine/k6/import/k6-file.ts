import type { ParseReport } from '../../../core/parse-report.ts'
import type { Ending, Note } from '../../../record/verdict-codes.ts'

/** What one `k6 run --out json` wrote, or a part of it. */
export interface K6File {
  /** For messages. */
  readonly name: string
  /** Its bytes, unpacked; called twice. */
  readonly open: () => AsyncIterable<Uint8Array>
}

export interface ImportEnvironment {
  readonly versions: Record<string, string>
  readonly host: Record<string, string | number>
  /** Aborting it stops the import. */
  readonly signal?: AbortSignal
  /** How the run ended, where whoever ran k6 knows; absent: as the files say. */
  readonly ending?: Ending
  /** Whoever ran k6 saw to the timeline beside it, and says in `notes` what a reader must know. */
  readonly isAccompanied?: boolean
  /** What a reader must know besides. */
  readonly notes?: readonly Note[]
}

/** How a file was read. */
export interface FileRead {
  readonly damage: ParseReport
  /** The last line is broken, or what was packed ends before its end. */
  isCut: boolean
  /** Points of ours that it held. */
  points: number
}
