import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/** The house rules that a machine can hold: the table of layers, and what may stand where. */

const root = fileURLToPath(new URL('..', import.meta.url))

/** Each layer may import those before it (and itself), never those after it. */
const layers = [
  'core',
  'scenario',
  'workload',
  'waitingroom',
  'record',
  'statistics',
  'queueing',
  'objectives',
  'logs',
  'engine',
  'stack',
  'preflight',
  'compare',
  'fit',
  'plan',
  'gate',
  'report',
  'cli',
  'lab',
] as const

/** What a package's users import; everything else is ours to change. */
const publicFaces = new Set(['src/index.ts', 'src/queueing/index.ts'])

interface Source {
  /** Relative to the repository, with forward slashes. */
  readonly path: string
  readonly text: string
  /** The text with comments and the insides of strings blanked out, line breaks kept. */
  readonly code: string
  /** The text with comments blanked out. */
  readonly uncommented: string
}

/**
 * Blanks comments, and on demand what strings, templates and regular expressions hold; the code
 * inside a template's `${…}` stays. Length and line breaks are kept.
 */
function blank(text: string, keepStrings: boolean): string {
  let out = ''
  let at = 0
  /** One entry a template we are inside of: how many braces are open within its `${`. */
  const templates: number[] = []
  const space = (piece: string) => piece.replaceAll(/[^\n]/g, ' ')
  const literal = (pattern: RegExp) => {
    pattern.lastIndex = at
    const piece = pattern.exec(text)?.[0] ?? text.charAt(at)
    const isBlank = !keepStrings && piece.length > 1
    out += isBlank ? piece.charAt(0) + space(piece.slice(1, -1)) + piece.slice(-1) : piece
    at += piece.length
    return piece
  }
  const templatePart = () => {
    const piece = literal(/[`}](?:\\[^]|\$(?!\{)|[^\\`$])*(?:`|\$\{)/y)
    if (piece.endsWith('${')) templates.push(0)
  }
  while (at < text.length) {
    const char = text.charAt(at)
    const pair = text.slice(at, at + 2)
    if (pair === '//' || pair === '/*') {
      const end = pair === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at) + 2
      const piece = text.slice(at, end < at ? text.length : end)
      out += space(piece)
      at += piece.length
    } else if (char === "'" || char === '"') {
      literal(/(['"])(?:\\[^]|(?!\1)[^\\\n])*\1/y)
    } else if (char === '`') {
      templatePart()
    } else if (char === '/' && /(?:^|[=(,:[!&|?{};]|return)\s*$/.test(out.slice(-40))) {
      literal(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//y)
    } else if (char === '}' && templates.at(-1) === 0) {
      templates.pop()
      templatePart()
    } else {
      const depth = templates.pop()
      if (depth !== undefined) templates.push(depth + (char === '{' ? 1 : char === '}' ? -1 : 0))
      out += char
      at += 1
    }
  }
  return out
}

function readSources(): Source[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') || name.endsWith('.js'))
    .map((name) => {
      const text = readFileSync(join(root, 'src', name), 'utf8')
      const path = `src/${name.split(sep).join('/')}`
      return { path, text, code: blank(text, false), uncommented: blank(text, true) }
    })
}

const sources = readSources()
const isTest = (path: string) => path.endsWith('.test.ts')
const layerOf = (path: string) => path.split('/')[1] ?? ''
const rankOf = (path: string) => layers.findIndex((layer) => layer === layerOf(path))

/** Paths of our own files that a file imports, types included. */
function importsOf(source: Source): string[] {
  const specifier = /(?:\bfrom\s*|\bimport\s*\(?\s*|\bnew URL\(\s*)(['"])(\.[^'"\n]+)\1/g
  return [...source.uncommented.matchAll(specifier)]
    .map((match) =>
      join(dirname(source.path), match[2] ?? '')
        .split(sep)
        .join('/'),
    )
    .filter((path) => path.startsWith('src/') && /\.[jt]s$/.test(path))
}

/** `file:line` of every place in the code where the pattern stands. */
function places(source: Source, pattern: RegExp): string[] {
  return source.code
    .split('\n')
    .flatMap((line, i) => (pattern.test(line) ? [`${source.path}:${i + 1}: ${line.trim()}`] : []))
}

describe('the text reader that the rules below stand on', () => {
  test('blanks comments and strings, and keeps code inside templates', () => {
    const text = "a('process') // process\nb(`x ${process.pid} Date`) /* any\n */ + c(/process/)"
    expect(blank(text, false)).toBe(
      "a('       ')           \nb(`   ${process.pid}     `)       \n    + c(/       /)".replace(
        '`   ${',
        '`   {',
      ),
    )
  })

  test('keeps every line where it is', () => {
    for (const { path, text, code } of sources) {
      expect({ path, length: code.length }).toEqual({ path, length: text.length })
      expect(code.split('\n').length).toBe(text.split('\n').length)
    }
  })

  test('sees this file and the command line', () => {
    const paths = sources.map((source) => source.path)
    expect(paths).toContain('src/architecture.test.ts')
    expect(paths).toContain('src/cli/bin.js')
  })
})

describe('layers', () => {
  test('every source file is in a known layer', () => {
    const strays = sources.map((source) => source.path).filter((path) => rankOf(path) < 0)
    expect(strays.sort()).toEqual(['src/architecture.test.ts', 'src/index.ts'])
  })

  test('a file imports only from its own layer and those before it', () => {
    const faults = sources
      .filter((source) => rankOf(source.path) >= 0)
      .flatMap((source) =>
        importsOf(source)
          .filter((target) => rankOf(target) > rankOf(source.path) || rankOf(target) < 0)
          .map((target) => `${source.path} imports ${target}`),
      )
    expect(faults).toEqual([])
  })

  /** Within `engine/`: what stands in a row imports from its own room and from the rows before it. */
  const engineRows = [['sim', 'client'], ['live/transport'], ['live/control'], ['live', 'k6']]
  const engineRooms = engineRows.flat().toSorted((a, b) => b.length - a.length)
  const roomOf = (path: string) =>
    engineRooms.find((room) => path.startsWith(`src/engine/${room}/`)) ?? null
  const rowOf = (room: string) => engineRows.findIndex((row) => row.includes(room))

  test('within engine/, k6 and the simulator need nothing of the live engine', () => {
    const faults = sources
      .filter(({ path }) => !isTest(path) && !path.includes('/testing/'))
      .flatMap((source) => {
        const room = roomOf(source.path)
        return importsOf(source).flatMap((target) => {
          const other = roomOf(target)
          if (room === null || other === null || other === room) return []
          return rowOf(other) < rowOf(room) ? [] : [`${source.path} imports ${target}`]
        })
      })
    expect(faults).toEqual([])
  })

  test('what is imported exists', () => {
    const faults = sources.flatMap((source) =>
      importsOf(source)
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${source.path} imports ${target}`),
    )
    expect(faults.filter((fault) => !fault.startsWith('src/cli/bin.js'))).toEqual([])
  })

  test('no cycle of imports', () => {
    const graph = new Map(sources.map((source) => [source.path, importsOf(source)]))
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (path: string, trail: string[]) => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      if (trail.includes(path) || done.has(path)) return
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const path of graph.keys()) visit(path, [])
    expect(cycles).toEqual([])
  })
})

describe('what may stand where', () => {
  /** Tests may measure and wait; what ships may not. */
  const shipped = sources.filter((source) => !isTest(source.path))
  /** Where the process itself begins. */
  const edges = ['src/cli/', 'src/lab/']
  const outside = (...allowed: string[]) =>
    shipped.filter((source) => !allowed.some((prefix) => source.path.startsWith(prefix)))

  test('`process` only in core/host.ts, cli/ and lab/', () => {
    const found = outside('src/core/host.ts', ...edges).flatMap((source) => [
      ...places(source, /(?<![.\w'-])process\b(?!\s*[:?(,)])/),
      ...(/from 'node:process'/.test(source.uncommented) ? [`${source.path}: node:process`] : []),
    ])
    expect(found).toEqual([])
  })

  test('the real clock, timers and real randomness only in core/clock.ts, core/host.ts, cli/ and lab/', () => {
    const real =
      /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.(now|timeOrigin)\b|\bMath\.random\b|\bset(Timeout|Interval)\b|\bhrtime\b|\brandom(UUID|Bytes|Int)\b|\bgetRandomValues\b/
    const found = outside('src/core/clock.ts', 'src/core/host.ts', ...edges).flatMap((source) =>
      places(source, real),
    )
    expect(found).toEqual([])
  })

  test('no default exports', () => {
    const found = sources.flatMap((source) =>
      places(source, /^\s*export\s+default\b|\bas default\b/),
    )
    expect(found).toEqual([])
  })

  test('no barrel files but the public faces', () => {
    const passedOn =
      /\b(?:import|export)\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*(['"])\s*\1/g
    const barrels = sources.filter(
      ({ path, code }) =>
        !publicFaces.has(path) &&
        (/\/index\.[jt]s$/.test(path) ||
          (code.trim() !== '' && code.replaceAll(passedOn, '').trim() === '')),
    )
    expect(barrels.map((source) => source.path)).toEqual([])
  })

  test('no `any`', () => {
    const untyped = /(?::|<|\bas|\||&|,|=>|=)\s*any\b(?!['\w(])|\bany\[\]/
    expect(sources.flatMap((source) => places(source, untyped))).toEqual([])
  })

  test('no file over 400 lines, tables of test data apart', () => {
    const long = sources
      .filter(({ path }) => !path.includes('/testing/'))
      .map((source) => ({ path: source.path, lines: source.text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > 400)
    expect(long).toEqual([])
  })
})

/** What is tracked, or everything that is not ignored where there is no repository. */
function projectFiles(): string[] {
  if (existsSync(join(root, '.git'))) {
    return execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    })
      .split('\0')
      .filter((name) => name !== '' && existsSync(join(root, name)))
  }
  const skip = new Set(['node_modules', 'dist', 'reports', '.git', '.venv', 'coverage'])
  const walk = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (skip.has(entry.name)) return []
      const path = join(folder, entry.name)
      return entry.isDirectory() ? walk(path) : [relative(root, path)]
    })
  return walk(root)
}

describe('the repository', () => {
  test('no file holds a path of one machine', () => {
    // Put together here so that this file does not hold what it looks for.
    const homes = ['home', 'Users', 'root', 'work', 'farm'].map((name) => `/${name}/`)
    const here = dirname(join(root, 'x')) + sep
    const files = projectFiles().filter((name) =>
      /\.(ts|js|json|ya?ml|md|txt|sh|html|py)$|run$/.test(name),
    )
    const found = files
      .filter((name) => name !== 'package-lock.json')
      .flatMap((name) =>
        readFileSync(join(root, name), 'utf8')
          .split('\n')
          .flatMap((line, i) =>
            line.includes(here) ||
            homes.some((home) => new RegExp(`(^|[^a-zA-Z0-9._-])${home}\\w`).test(line))
              ? [`${name}:${i + 1}`]
              : [],
          ),
      )
    expect(files.length).toBeGreaterThan(10)
    expect(found).toEqual([])
  })
})
