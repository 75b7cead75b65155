import type { ParseReport } from '../../../core/parse-report.ts'

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
  /** Why the run itself was cut short, as `interrupted: …`; absent: it was not, as far as is known. */
  readonly cutShort?: string
  /** Whoever ran k6 saw to the timeline beside it, and says in `notes` what a reader must know. */
  readonly isAccompanied?: boolean
  /** What a reader must know besides. */
  readonly notes?: readonly string[]
}

/** How a file was read. */
export interface FileRead {
  readonly damage: ParseReport
  /** The last line is broken, or what was packed ends before its end. */
  isCut: boolean
  /** Points of ours that it held. */
  points: number
}
