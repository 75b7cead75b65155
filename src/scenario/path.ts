/** A place in a document: `['arrivals', 2, 'share']` is `arrivals[2].share`. */
export type Path = readonly (string | number)[]

const plainKey = /^[^.[\]"=\s]+$/

/** `arrivals[2].share`; a key that holds dots or brackets is quoted: `set["stack.instances"]`. */
export function pathText(path: Path): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else if (!plainKey.test(part)) text += `[${JSON.stringify(part)}]`
    else text += text === '' ? part : `.${part}`
  }
  return text
}

const token = /^(?:\.?([^.[\]"=\s]+)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\])/

/** The reverse of `pathText`, or `null` where the text is no path. */
export function parsePath(text: string): Path | null {
  const path: (string | number)[] = []
  let rest = text
  while (rest !== '') {
    const found = token.exec(rest)
    if (found === null || (path.length === 0 && rest.startsWith('.'))) return null
    const [whole, key, index, quoted] = found
    if (key !== undefined) {
      // Without a dot before it, a key may stand only at the very start.
      if (path.length > 0 && !whole.startsWith('.')) return null
      path.push(key)
    } else if (index !== undefined) path.push(Number(index))
    else {
      const unquoted = unquote(quoted ?? '')
      if (unquoted === null) return null
      path.push(unquoted)
    }
    rest = rest.slice(whole.length)
  }
  return path.length === 0 ? null : path
}

function unquote(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}
