/** The page's only style sheet. */
export const styleSheet = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1a1c1f;--muted:#5b6169;--line:#dfe3e8;--soft:#f5f7f9;
--bad:#b34700;--good:#00694d;--accent:#0072b2;--run0:#111316;--run1:#0072b2;--run2:#d55e00;--run3:#009e73;
--run4:#cc79a7;--run5:#e69f00;--run6:#56b4e9}
@media (prefers-color-scheme:dark){:root{--paper:#14171a;--ink:#eceef1;--muted:#a3abb5;--line:#2f353c;
--soft:#1c2024;--bad:#f3a36b;--good:#4fd1ab;--accent:#6bb8ea;--run0:#f4f5f7;--run1:#4ba3db;--run2:#f08a3c;
--run3:#2cc39a;--run4:#de94be;--run5:#f0b83a;--run6:#8ccdf2}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 'Nanum Gothic','Apple SD Gothic Neo','Malgun Gothic','Noto Sans CJK KR','Noto Sans KR',system-ui,sans-serif}
.page{max-width:1120px;margin:0 auto;padding:40px 24px 80px}
h1{font-size:30px;line-height:1.2;margin:0 0 6px}
h2{font-size:22px;line-height:1.3;margin:56px 0 10px;padding-top:14px;border-top:2px solid var(--ink)}
h3{font-size:17px;margin:36px 0 4px}
p{margin:0 0 12px;max-width:92ch}
.sub,.how,.note{color:var(--muted)}
.how,.note{font-size:14.5px}
.answer{font-size:20px;line-height:1.45;border-left:5px solid var(--accent);background:var(--soft);
padding:16px 20px;margin:24px 0 8px;max-width:none}
.answer b{display:block;font-size:13px;color:var(--muted);margin-bottom:2px}
.banner{border:2px solid var(--bad);border-left-width:8px;padding:14px 18px;margin:20px 0}
.banner b{color:var(--bad);font-size:18px}.banner p{margin:4px 0 0}
.banner.mind{border-color:var(--muted)}.banner.mind b{color:var(--ink)}
.finding{font-size:17px}
.meter{display:block;margin-top:4px}.meter rect{fill:currentColor}.meter .rail{fill:var(--line)}
.compared thead th{white-space:normal;min-width:76px}.compared thead svg{display:block;margin:0 0 4px auto}
.quiet{color:var(--muted)}
.heads{list-style:none;margin:24px 0 0;padding:0}
.heads li{padding:16px 0;border-bottom:1px solid var(--line)}
.heads li:first-child{border-top:1px solid var(--line)}
.heads .name{display:flex;flex-wrap:wrap;align-items:center;gap:6px 10px;font-weight:700;margin-bottom:3px}
.heads p{margin:0;max-width:95ch}
.heads li:first-child .what{font-size:18px}
.heads .more{color:var(--muted);font-size:15px;margin-top:3px}
.scale{margin:16px 0 0}
.because{margin:14px 0 0;padding-left:20px;max-width:92ch}.because li{margin-bottom:6px}
.strip{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:0 20px;margin:22px 0 0}
.strip div{border-top:2px solid var(--line);padding:10px 0 14px}
.strip dt{color:var(--muted);font-size:13.5px}.strip dd{margin:0}
.strip .value{font-size:23px;line-height:1.3;font-weight:700}
.around{color:var(--muted);font-size:13px}
td .around{display:block}
.undecided{color:var(--muted)}
.candidates td.num,.candidates th.num{padding-right:10px}.candidates thead th.num{white-space:normal}
.wide td.long{min-width:220px}
summary{cursor:pointer}
.chip{font-size:13px;font-weight:700;border:1.5px solid currentColor;border-radius:20px;padding:0 10px;white-space:nowrap}
.collapsed,.strained,.invalid,.no{color:var(--bad)}
.held,.yes{color:var(--good)}
.queued{color:var(--muted)}
.swatch{flex:none}
.swatch line{stroke-width:3}
.run0{stroke:var(--run0)}.run1{stroke:var(--run1)}.run2{stroke:var(--run2)}.run3{stroke:var(--run3)}
.run4{stroke:var(--run4)}.run5{stroke:var(--run5)}.run6{stroke:var(--run6)}
.mixed .run0{stroke-opacity:.55}
.scroll{overflow-x:auto;margin:12px 0 16px}
.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:14.5px;line-height:1.4}
caption{text-align:left;color:var(--muted);font-size:14px;padding-bottom:6px}
caption span{display:inline-block;position:sticky;left:0;max-width:min(92ch,calc(100vw - 32px))}
th,td{padding:7px 12px 7px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{border-bottom:2px solid var(--line);vertical-align:bottom}
tbody th{font-weight:400}
td.num,th.num{text-align:right;padding-right:22px;font-variant-numeric:tabular-nums;white-space:nowrap}
td.keep,th.keep{white-space:nowrap}
.base td:nth-child(2){font-weight:700}
.figures thead svg{display:block;margin-bottom:4px}
td.text{min-width:120px}td.name{min-width:84px}
.figures tbody th{position:sticky;left:0;background:var(--paper);min-width:150px}
code{font:13.5px/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:break-word}
figure{margin:0 0 8px}
.canvas{position:relative;width:100%;min-height:200px}
.tag{font-weight:700;white-space:nowrap}
ul.plain{padding-left:20px;max-width:92ch}
ul.plain li{margin-bottom:8px}
footer{margin-top:64px;color:var(--muted);font-size:14px;border-top:1px solid var(--line);padding-top:14px}
@media (max-width:640px){.page{padding:24px 16px 60px}h1{font-size:24px}h2{font-size:20px;margin-top:44px}
.answer{font-size:17px;padding:14px 16px}.wide table{min-width:860px}.figures td{min-width:120px}.compared td.num,.compared th.num{padding-right:8px}
.figures td.long{min-width:220px}}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--muted:#444;--line:#ccc;--soft:#f5f5f5;
--run0:#111316;--run1:#0072b2;--run2:#d55e00;--run3:#009e73;--run4:#cc79a7;--bad:#b34700;--good:#00694d;--accent:#0072b2}
body{font-size:11pt}.wide table{font-size:8.5pt;min-width:0}.wide th,.wide td{white-space:normal;padding-right:6px}
.wide .around,.wide code,.wide .chip{font-size:7.5pt}
.wide td.num,.wide th.num,.candidates td.num{white-space:normal;padding-right:6px}.wide td.text,.wide td.name,.wide td.long{min-width:0}
.page{max-width:none;padding:0}h2{break-after:avoid}h3{break-after:avoid}
figure,.heads li,.strip div,tr{break-inside:avoid}.scroll{overflow:visible}.figures tbody th{position:static}}
`
