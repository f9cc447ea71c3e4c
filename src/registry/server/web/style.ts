// The style sheet of the pages.

/** CSS, light and dark. */
export const style = `:root {
  color-scheme: light dark;
  --ink: light-dark(#1c2430, #dfe5ec);
  --faint: light-dark(#5d6b7c, #93a1b1);
  --line: light-dark(#dde3ea, #2c3642);
  --ground: light-dark(#ffffff, #11161c);
  --raised: light-dark(#f5f7fa, #192028);
  --link: light-dark(#0b5cad, #77b7ff);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header { display: flex; gap: 1.5rem; align-items: center; padding: .7rem 2rem; background: var(--raised); border-bottom: 1px solid var(--line); }
header .home { font-weight: 650; font-size: 1.05rem; color: var(--ink); }
header form { flex: 1; max-width: 28rem; }
main { max-width: 72rem; margin: 0 auto; padding: 1.2rem 2rem 4rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
nav { color: var(--faint); margin-bottom: .2rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: .2rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem; }
input[type=search] { width: 100%; padding: .4rem .7rem; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: .4rem; }
.filter { max-width: 22rem; margin: 0 0 .8rem; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .8rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-weight: 600; font-size: .82rem; color: var(--faint); background: var(--raised); white-space: nowrap; }
td { overflow-wrap: anywhere; }
code, pre { font: .86rem/1.5 ui-monospace, monospace; }
time, .size { white-space: nowrap; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; margin: 0; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 1.1rem; }
ul.plain { list-style: none; padding: 0; }
pre { overflow: auto; max-height: 40rem; padding: .8rem; background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; }
.badge { display: inline-block; padding: 0 .5rem; margin: 0 .3rem .15rem 0; border: 1px solid var(--line); border-radius: 1rem; font-size: .82rem; background: var(--raised); white-space: nowrap; }
.none, .note { color: var(--faint); }
summary { cursor: pointer; color: var(--link); }
@media (max-width: 40rem) { main, header { padding-inline: 1rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
`;
