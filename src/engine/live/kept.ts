/**
 * What the server made a visitor keep: the waiting room's key, cookies, values taken from answers.
 * A mutable record that is used again for one visitor after the other.
 */
export interface Kept {
  /** Key of the waiting room; '' for none. */
  key: string
  /** A Cookie header's value: `name=value; name=value`; '' for none. */
  cookies: string
  /** Values taken from answers, by name. */
  values: Record<string, string>
}
