// Builds static/vendor/components/: components.js, components.css and the icons that the components themselves show.
// Usage: node tools/components/build.mjs OUTPUT_FOLDER
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const library = join(here, "../../node_modules/@awesome.me/webawesome/dist");
const output = process.argv[2];

// Modules of the library that are replaced, found by the name that the library's own build left in them.
const replacements = {
  "// src/components/icon/library.default.ts": `
    export { defaultIcons as library_default_default } from ${JSON.stringify(join(here, "icons.js"))};
    export const getIconFolder = () => "";`,
  "// src/components/icon/library.system.ts": `
    export { systemIcons as library_system_default } from ${JSON.stringify(join(here, "icons.js"))};
    export const icons = {};`,
};
// Lines of the library that put an icon's file into the document: what it says passes a policy (icons.js), for browsers with
// Trusted Types refuse markup that is a mere string.
const ICON = "// src/components/icon/icon.ts";
const markups = [
  ["div.innerHTML = await fileData.text();", "div.innerHTML = trusted(await fileData.text());"],
  ['parser.parseFromString(svg.outerHTML, "text/html")', 'parser.parseFromString(trusted(svg.outerHTML), "text/html")'],
];
const imported = `import { trusted } from ${JSON.stringify(join(here, "icons.js"))};`;
const withMarkup = (source, [before, after]) => {
  if (source.split(before).length !== 2) {
    throw new Error(`the library's icon puts its markup elsewhere: see \`markups\` in tools/components/build.mjs`);
  }
  return source.replace(before, after);
};
const replaced = new Set();
const localIcons = {
  name: "local-icons",
  setup({ onLoad }) {
    onLoad({ filter: /chunk\.\w+\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const mark = Object.keys(replacements).find((name) => source.includes(name));
      if (source.includes(ICON)) {
        replaced.add(ICON);
        return { contents: markups.reduce(withMarkup, source) + imported };
      }
      if (!mark) return null;
      replaced.add(mark);
      return { contents: replacements[mark], resolveDir: here };
    });
  },
};

const options = {
  bundle: true,
  plugins: [localIcons],
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox115", "safari16.4"],
  legalComments: "eof",
  logLevel: "warning",
};

for (const [entry, outfile] of [["entry.js", "components.js"], ["theme.css", "components.css"]]) {
  const { metafile } = await build({
    ...options,
    entryPoints: [join(here, entry)],
    outfile: join(output, outfile),
    metafile: true,
  });
  // What was joined into the file, a line each, for tools/vendor.py.
  const joined = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  console.log(joined.join("\n"));
}

const module = await readFile(join(output, "components.js"), "utf8");
if (replaced.size !== Object.keys(replacements).length + 1 || module.includes("fontawesome.com/releases")) {
  throw new Error("the library's icon sources have moved: see `replacements` in tools/components/build.mjs");
}

// The regular drawing of a name gives way to the solid one, which is what the components ask for by default.
const { icons } = await import(pathToFileURL(join(library, "components/icon/library.system.js")));
await mkdir(join(output, "icons"), { recursive: true });
for (const [name, svg] of Object.entries({ ...icons.regular, ...icons.solid })) {
  await writeFile(join(output, "icons", `${name}.svg`), svg);
}

const css = await readFile(join(output, "components.css"), "utf8");
if (/url\(|@import/.test(css)) {
  throw new Error("components.css refers to another file: the page's policy allows no data: addresses and no other host");
}
if (!(await readdir(join(output, "icons"))).includes("copy.svg")) {
  throw new Error("the library's built-in icons have moved: there is no copy.svg");
}
