// Where icons come from: files of this host. build.mjs puts these two libraries in the place of the components' own, which
// ask a font service and data: addresses; the page's Content-Security-Policy allows neither.
const library = (name, folder) => ({
  name,
  resolver: (icon) => new URL(`${folder}/${icon}.svg`, import.meta.url).href,
  mutator: (svg) => svg.setAttribute("fill", "currentColor"),
});

// What the components show by themselves (copy, check, xmark, …): static/vendor/components/icons/.
export const componentIcons = library("system", "./icons");

// What the page shows with <wa-icon name="…">: static/icons/.
export const pageIcons = library("default", "../../icons");
