import { fontFace, fontFamily } from './page-font.ts'

/** The style of the page for people; readable from 320 px up, in light and in dark. */
export const pageStyle = `
${fontFace}
:root { color-scheme: light dark; --ink: #14212b; --soft: #51616e; --ground: #f3f6f8; --card: #fff;
  --line: #cdd7de; --accent: #0b5cad; --on-accent: #fff; --bad: #a3231a; --good: #1b6b3a }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eef2; --soft: #a9b7c1; --ground: #10181e; --card: #1a252d; --line: #3a4a55;
    --accent: #7bb8f5; --on-accent: #0a1b2b; --bad: #ff9d94; --good: #86d9a5 } }
* { box-sizing: border-box }
[hidden] { display: none !important }
body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.5;
  font: 1rem/1.5 system-ui, -apple-system, 'Apple SD Gothic Neo',
    'Malgun Gothic', 'Noto Sans KR', 'Noto Sans CJK KR', 'Nanum Gothic', '${fontFamily}', sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .25rem }
h2 { font-size: 1.15rem; line-height: 1.35; margin: 0 0 .75rem }
h2:focus { outline: none }
p { margin: .5rem 0 } .soft { color: var(--soft); font-size: .93rem } [lang=en] { font-weight: 400 }
h1 [lang=en], h2 [lang=en] { display: block; font-size: .95rem; color: var(--soft) }
p.soft > [lang=en]:not(:only-child), #progress > [lang=en] { display: block }
#progress:empty { display: none }
section { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin-top: 1.25rem }
.position { font-size: 3rem; line-height: 1.1; font-weight: 700; font-variant-numeric: tabular-nums; margin: .25rem 0 }
.bar { height: .6rem; border-radius: .3rem; background: var(--line); overflow: hidden; margin: .75rem 0 1rem }
.bar > div { height: 100%; width: 0; background: var(--accent); transition: width .8s linear }
@media (prefers-reduced-motion: reduce) { .bar > div { transition: none } }
dl { display: grid; grid-template-columns: 1fr auto; gap: .4rem 1rem; margin: 0 }
dt { color: var(--soft) } dd { margin: 0; text-align: right; font-weight: 600; font-variant-numeric: tabular-nums }
label, legend { display: block; font-weight: 600; margin: 1rem 0 .3rem; padding: 0 }
label [lang=en], legend [lang=en] { color: var(--soft) }
input, select { width: 100%; min-height: 2.9rem; padding: .5rem .7rem; font: inherit; color: inherit;
  background: var(--ground); border: 1px solid var(--soft); border-radius: .5rem }
button { width: 100%; min-height: 3.1rem; margin-top: 1.25rem; font: inherit; font-weight: 700; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 0; border-radius: .5rem }
button[disabled] { opacity: .55; cursor: progress }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.hint { font-size: .87rem; color: var(--soft); margin: .25rem 0 0 }
#result.good h2 { color: var(--good) } #result.bad h2 { color: var(--bad) }
.quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
`
