// Writes a brotli and a gzip twin beside each large file of a folder: `node tools/compress.mjs FOLDER SUFFIX…`. A host
// sends the twin to whoever takes it. Files that have a twin already, and what would not get smaller, are left alone.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const SMALLEST = 1024;
const [folder, ...suffixes] = process.argv.slice(2);
const wanted = (name) => suffixes.some((suffix) => name.endsWith(suffix));

const twins = [
  [".br", (data) => promisify(brotliCompress)(data, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
    },
  })],
  [".gz", (data) => promisify(gzip)(data, { level: 9 })],
];

const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile() && wanted(entry.name)).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const names = new Set(entries.map((entry) => join(entry.parentPath ?? entry.path, entry.name)));
await Promise.all(
  files.map(async (file) => {
    const data = await readFile(file);
    for (const [suffix, pack] of twins) {
      if (data.length < SMALLEST || names.has(file + suffix)) {
        continue;
      }
      const packed = await pack(data);
      if (packed.length < data.length) {
        await writeFile(file + suffix, packed);
      }
    }
  }),
);
