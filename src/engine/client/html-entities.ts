/**
 * Character references of HTML, undone as within an attribute: that is where tokens and links
 * stand. Known by name are those of ASCII, of Latin-1 and of HTML 4; any other is left as it is,
 * as browsers leave what they do not know.
 */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(reference, (whole: string, ...parts: unknown[]) => {
    const [decimal, hex, name, end, next] = parts as (string | undefined)[]
    if (decimal !== undefined) return charOf(Number.parseInt(decimal, 10))
    if (hex !== undefined) return charOf(Number.parseInt(hex, 16))
    if (name === undefined) return whole
    if (end === ';') return named.get(name) ?? whole
    // HTML, 13.2.5.73: `&copy=1` in an address is no copyright sign.
    const isBare = bareNames.has(name) && !/^[=0-9a-z]/i.test(next ?? '')
    return isBare ? (named.get(name) ?? whole) : whole
  })
}

const reference = /&(?:#(\d+);?|#x([0-9a-f]+);?|([a-z][0-9a-z]{1,30})(;?)(?=([^]?)))/gi

/** HTML, 13.2.5.80 */
function charOf(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return '\ufffd'
  return code >= 0x80 && code <= 0x9f
    ? (windows1252.get(code) ?? String.fromCharCode(code))
    : String.fromCodePoint(code)
}

const windows1252: ReadonlyMap<number, string> = new Map(
  [...'€?‚ƒ„…†‡ˆ‰Š‹Œ?Ž??‘’“”•–—˜™š›œ?žŸ'].flatMap((char, i): [number, string][] =>
    char === '?' ? [] : [[0x80 + i, char]],
  ),
)

const latin1Names =
  'nbsp~iexcl~cent~pound~curren~yen~brvbar~sect~uml~copy~ordf~laquo~not~shy~reg~macr~deg~plusmn~sup2~sup3~acute~micro~para~middot~cedil~sup1~ordm~raquo~frac14~frac12~frac34~iquest~Agrave~Aacute~Acirc~Atilde~Auml~Aring~AElig~Ccedil~Egrave~Eacute~Ecirc~Euml~Igrave~Iacute~Icirc~Iuml~ETH~Ntilde~Ograve~Oacute~Ocirc~Otilde~Ouml~times~Oslash~Ugrave~Uacute~Ucirc~Uuml~Yacute~THORN~szlig~agrave~aacute~acirc~atilde~auml~aring~aelig~ccedil~egrave~eacute~ecirc~euml~igrave~iacute~icirc~iuml~eth~ntilde~ograve~oacute~ocirc~otilde~ouml~divide~oslash~ugrave~uacute~ucirc~uuml~yacute~thorn~yuml'
const asciiNames =
  'quot~"~QUOT~"~amp~&~AMP~&~lt~<~LT~<~gt~>~GT~>~excl~!~num~#~dollar~$~percnt~%~apos~\'~lpar~(~rpar~)~ast~*~midast~*~plus~+~comma~,~period~.~sol~/~colon~:~semi~;~equals~=~quest~?~commat~@~lsqb~[~lbrack~[~bsol~\\~rsqb~]~rbrack~]~Hat~^~lowbar~_~UnderBar~_~grave~`~DiacriticalGrave~`~lcub~{~lbrace~{~verbar~|~vert~|~VerticalLine~|~rcub~}~rbrace~}'
const html4Names =
  'fnof~ƒ~Alpha~Α~Beta~Β~Gamma~Γ~Delta~Δ~Epsilon~Ε~Zeta~Ζ~Eta~Η~Theta~Θ~Iota~Ι~Kappa~Κ~Lambda~Λ~Mu~Μ~Nu~Ν~Xi~Ξ~Omicron~Ο~Pi~Π~Rho~Ρ~Sigma~Σ~Tau~Τ~Upsilon~Υ~Phi~Φ~Chi~Χ~Psi~Ψ~Omega~Ω~alpha~α~beta~β~gamma~γ~delta~δ~epsilon~ε~zeta~ζ~eta~η~theta~θ~iota~ι~kappa~κ~lambda~λ~mu~μ~nu~ν~xi~ξ~omicron~ο~pi~π~rho~ρ~sigmaf~ς~sigma~σ~tau~τ~upsilon~υ~phi~φ~chi~χ~psi~ψ~omega~ω~thetasym~ϑ~upsih~ϒ~piv~ϖ~bull~•~hellip~…~prime~′~Prime~″~oline~‾~frasl~⁄~weierp~℘~image~ℑ~real~ℜ~trade~™~alefsym~ℵ~larr~←~uarr~↑~rarr~→~darr~↓~harr~↔~crarr~↵~lArr~⇐~uArr~⇑~rArr~⇒~dArr~⇓~hArr~⇔~forall~∀~part~∂~exist~∃~empty~∅~nabla~∇~isin~∈~notin~∉~ni~∋~prod~∏~sum~∑~minus~−~lowast~∗~radic~√~prop~∝~infin~∞~ang~∠~and~∧~or~∨~cap~∩~cup~∪~int~∫~there4~∴~sim~∼~cong~≅~asymp~≈~ne~≠~equiv~≡~le~≤~ge~≥~sub~⊂~sup~⊃~nsub~⊄~sube~⊆~supe~⊇~oplus~⊕~otimes~⊗~perp~⊥~sdot~⋅~lceil~⌈~rceil~⌉~lfloor~⌊~rfloor~⌋~lang~⟨~rang~⟩~loz~◊~spades~♠~clubs~♣~hearts~♥~diams~♦~OElig~Œ~oelig~œ~Scaron~Š~scaron~š~Yuml~Ÿ~circ~ˆ~tilde~˜~ndash~–~mdash~—~lsquo~‘~rsquo~’~sbquo~‚~ldquo~“~rdquo~”~bdquo~„~dagger~†~Dagger~‡~permil~‰~lsaquo~‹~rsaquo~›~euro~€'

const named: ReadonlyMap<string, string> = new Map([
  ...latin1Names
    .split('~')
    .map((name, i): [string, string] => [name, String.fromCharCode(0xa0 + i)]),
  ...pairsIn(asciiNames),
  ...pairsIn(html4Names),
  ['COPY', '©'],
  ['REG', '®'],
  // What cannot be seen.
  ['COPY', '©'],
  ['REG', '®'],
  ['Tab', '\t'],
  ['NewLine', '\n'],
  ['ensp', '\u2002'],
  ['emsp', '\u2003'],
  ['thinsp', '\u2009'],
  ['zwnj', '\u200c'],
  ['zwj', '\u200d'],
  ['lrm', '\u200e'],
  ['rlm', '\u200f'],
])

/** Known without the semicolon too. */
const bareNames: ReadonlySet<string> = new Set([
  ...latin1Names.split('~'),
  ...'quot~QUOT~amp~AMP~lt~LT~gt~GT~COPY~REG'.split('~'),
])

function pairsIn(text: string): [string, string][] {
  const words = text.split('~')
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i]!, words[2 * i + 1]!])
}

/** Whether a place in a page is within a script or a style, where nothing is escaped. */
export function isRawText(page: string, at: number): boolean {
  const before = page.slice(0, at)
  const opened = Math.max(lastOf(before, '<script'), lastOf(before, '<style'))
  return opened >= 0 && !/<\/(?:script|style)\b/i.test(before.slice(opened))
}

function lastOf(text: string, tag: string): number {
  return text.toLowerCase().lastIndexOf(tag)
}
