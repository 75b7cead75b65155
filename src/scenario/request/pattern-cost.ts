/** One character or class of a pattern, repeated `min` to `max` times. */
interface Atom {
  readonly source: string
  readonly isLiteral: boolean
  readonly isUnbounded: boolean
}

const atomForm =
  /(?<class>\[(?:\\[^]|[^\]\\])*\]|\\[dDwWsS]|\.)|(?<escaped>\\[^\w]|\\[nrtfv0])|(?<plain>[^\\()[\]{}|*+?.^$])/uy
const groupForm = /\((?:\?:|\?<\w+>)?|\)/uy
const repeatForm = /(?<once>\{1\})|(?<unbounded>[*+]\??)|(?<bounded>\?|\{)/uy

/** Alternatives that a matcher may have to try at one place. */
const maxAlternatives = 64

/**
 * Whether a backtracking matcher takes time linear in the text's length, for all texts. True for two forms
 * only: no repeats and few alternatives, where each place costs a bounded time; and a sequence in which
 * every repeat ends at one certain character, so that there is nothing to try again.
 */
export function isLinear(source: string): boolean {
  return isBounded(source) || isCertain(source)
}

function isBounded(source: string): boolean {
  const plain = source.replace(/\\[^]|\[(?:\\[^]|[^\]\\])*\]/gu, 'x').replace(/\(\?:/g, '(')
  if (/[*+?{]/.test(plain)) return false
  const alternatives = plain.split('|').length
  return alternatives <= 6 || (!plain.includes('(') && alternatives <= maxAlternatives)
}

/**
 * Its repeats are each of a class that the next character is not in, so that they end at one certain
 * place. Its beginning holds a character that is in none of these classes. So a text that one attempt
 * repeats over holds no whole beginning, and only as many attempts as the beginning is long repeat over it.
 */
function isCertain(source: string): boolean {
  const atoms = atomsOf(source)
  if (atoms === null) return false
  const firstOther = atoms.findIndex(({ isLiteral, isUnbounded }) => !isLiteral || isUnbounded)
  const beginning = atoms.slice(0, firstOther === -1 ? atoms.length : firstOther)
  return atoms.every((atom, i) => {
    if (!atom.isUnbounded) return true
    const next = atoms[i + 1]
    const ends = next === undefined || (next.isLiteral && !next.isUnbounded && !mayBe(atom, next))
    return ends && beginning.some((literal) => !mayBe(atom, literal))
  })
}

/** Whether a character that the literal stands for is in the class, or is the character, of the atom. */
function mayBe(atom: Atom, literal: Atom): boolean {
  const character = new RegExp(literal.source, 'u').source.replace(/^\\(?=\W)/, '')
  return character.length > 2 || character.startsWith('\\')
    ? true
    : new RegExp(`^${atom.source}$`, 'u').test(character)
}

/** `null` for anything but characters, classes, groups without repeats, and `*` and `+` after an atom. */
function atomsOf(source: string): Atom[] | null {
  const atoms: Atom[] = []
  for (let at = 0; at < source.length;) {
    const group = matchAt(groupForm, source, at)
    const atom = group === null ? matchAt(atomForm, source, at) : null
    const found = group ?? atom
    if (found === null) return null
    at += found[0].length
    const repeat = matchAt(repeatForm, source, at)
    if (repeat?.groups?.['bounded'] !== undefined) return null
    const isUnbounded = repeat?.groups?.['unbounded'] !== undefined
    if (group !== null && isUnbounded) return null
    at += repeat?.[0].length ?? 0
    if (atom !== null) {
      atoms.push({ source: atom[0], isLiteral: atom.groups?.['class'] === undefined, isUnbounded })
    }
  }
  return atoms
}

function matchAt(form: RegExp, source: string, at: number): RegExpExecArray | null {
  form.lastIndex = at
  return form.exec(source)
}
