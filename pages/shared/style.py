"""The look of the pages where Streamlit has no setting for it: cards, focus, calm headings."""

import streamlit as st

_STYLE = """<style>
.stApp h1 { font-size: 1.9rem; padding-top: 0; }
.stApp h2 { font-size: 1.35rem; }
.stApp h3 { font-size: 1.1rem; }
.stMainBlockContainer { padding: 3.5rem 2rem 4rem; max-width: 84rem; }
[class*="st-key-paneel_"], [class*="st-key-maand_"] { padding: .6rem; }
.vt-asked { min-height: 3.1em; margin: 0; line-height: 1.4; }
@media (max-width: 640px) { .stMainBlockContainer { padding: 3.5rem 1rem 3rem; } .vt-asked { min-height: 0; } }
main:focus-visible, section:focus-visible { outline: 3px solid #154273; outline-offset: -3px; }
/* Text and numbers leave through exports only; the little toolbar of a chart or table would be a second way. */
[data-testid="stElementToolbar"] { display: none; }
.stMain [data-testid="stPageLink-NavLink"] p { color: #154273; text-decoration: underline; }
[class*="st-key-menu_"] a { min-height: 2.1rem; }
.stApp h2.vt-section { font-size: .85rem; font-weight: 600; color: #4A5260; margin: 0; padding: .3rem 0 .1rem; }
.vt-link { color: #154273; font-weight: 600; }
.vt-card { border: 1px solid #C9D3E0; border-left: 4px solid #154273; border-radius: 4px;
  padding: .7rem 1rem .6rem; margin: 0 0 .8rem; background: #fff; color: #1B1B1B; max-width: 44rem; }
.vt-card h3, .vt-card h4 { font-size: 1.05rem; margin: 0; padding: 0; color: #154273; }
.vt-card p { margin: .25rem 0; overflow-wrap: anywhere; }
.vt-about { color: #4A5260; font-size: .9rem; }
.vt-text { line-height: 1.5; }
.vt-text summary { cursor: pointer; color: #154273; font-weight: 600; padding: .25rem 0; }
.vt-mask { background: #E3E6EB; color: #1B1B1B; border-radius: 1em; padding: 0 .5em;
  font-size: .9em; white-space: nowrap; }
.vt-doubt { background: #FCE8D5; color: #1B1B1B; border-bottom: 3px dotted #B45F06; padding: 0 .1em; }
.vt-doubt i { font-size: .8em; color: #7A3F00; padding-left: .3em; }
.vt-card ul.vt-marks { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem;
  margin: .4rem 0 0 !important; padding: 0; }
.vt-card .vt-marks li { font-size: .85rem; border: 1px solid #C9D3E0; border-radius: 1em;
  padding: .05rem .6rem; margin: 0 !important; }
.vt-marks i { color: #4A5260; }
.vt-figure { border: 1px solid #E3CDB5; border-left: 4px solid #B45F06; border-radius: 4px; background: #fff;
  color: #1B1B1B; padding: .7rem 1rem; margin: 0 0 .8rem; }
.vt-figure h4 { font-size: 1.05rem; margin: 0; padding: 0; color: #7A3F00; }
.vt-figure table { border-collapse: collapse; width: 100%; margin: .4rem 0; }
.vt-figure th, .vt-figure td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #EEE3D6;
  vertical-align: top; font-weight: 400; }
.vt-figure td.vt-value { font-weight: 600; overflow-wrap: normal; }
.vt-figure p { margin: .3rem 0; }
.vt-figure .vt-note { color: #4A5260; font-size: .9rem; }
</style>"""


def apply_style() -> None:
    """Put the style in the page; called once, by the frame."""
    st.html(_STYLE)
