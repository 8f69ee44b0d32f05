// Where the components' icons come from: files of this host, beside their script. build.mjs puts these two libraries in the
// place of the components' own, which ask a font service and data: addresses; the page's Content-Security-Policy allows
// neither. The page's own icons are none of theirs: styles/base.css shows them.
const library = (name) => ({
  name,
  resolver: (icon) => new URL(`./icons/${icon}.svg`, import.meta.url).href,
  mutator: (svg) => svg.setAttribute("fill", "currentColor"),
});

// What the components show by themselves: copy, check, xmark, …
export const systemIcons = library("system");

// What <wa-icon name="…"> would show.
export const defaultIcons = library("default");

const policy = globalThis.trustedTypes?.createPolicy("podi-icons", { createHTML: (svg) => svg });

// What an icon's file says, as a browser with Trusted Types takes it: the files are beside their script.
export const trusted = (svg) => policy?.createHTML(svg) ?? svg;
