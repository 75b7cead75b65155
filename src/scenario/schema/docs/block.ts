/** What one field of a scenario means. Its type, bounds and default are those of the schema. */
export interface FieldDoc {
  /** Sentences for somebody who knows load testing. */
  readonly means: string
  /** Of a number whose name does not end in its unit. */
  readonly unit?: string
  /** What holds where an optional field without a default is left out. */
  readonly absent?: string
  /** A valid value. */
  readonly example: unknown
}

/** A part of a scenario with its fields. */
export interface BlockDoc {
  /** Where it stands (`stack.stations[]`), or the name of a type that stands in several places. */
  readonly path: string
  readonly title: string
  readonly about: string
  /** YAML that may stand in a scenario; a test parses it as part of one. */
  readonly example: string
  /**
   * By name within the block; of inner mappings by path (`birthYears.from`). A field that means
   * something else in one kind of entry is `<kind>.field`.
   */
  readonly fields: Readonly<Record<string, FieldDoc>>
}
