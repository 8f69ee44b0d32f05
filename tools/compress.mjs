// Writes a brotli and a gzip twin beside each large file of a folder, which a host sends to whoever takes it:
// `node tools/compress.mjs [--best CACHE] FOLDER SUFFIX…`. Files that have a twin already, and what would not get smaller,
// are left alone.
//
// With `--best` the twins are as small as can be, which takes minutes for a snapshot. They are kept in CACHE by the hash of
// what they are twins of, and taken again if that is what they unpack to; those that this run has no use for are deleted.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, brotliDecompress, constants, gunzip, gzip } from "node:zlib";

const SMALLEST = 1024;
// Brotli at 5 is forty times as quick as at its best, and a fifth larger.
const QUICK = { brotli: 5, gzip: 6 };
const BEST = { brotli: constants.BROTLI_MAX_QUALITY, gzip: 9 };

const given = process.argv.slice(2);
const cache = given[0] === "--best" ? given.splice(0, 2)[1] : undefined;
const [folder, ...suffixes] = given;
const level = cache ? BEST : QUICK;

const brotli = (data) => {
  const parameters = {
    [constants.BROTLI_PARAM_QUALITY]: level.brotli,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: data.length,
  };
  return promisify(brotliCompress)(data, { params: parameters });
};
const twins = { ".br": brotli, ".gz": (data) => promisify(gzip)(data, { level: level.gzip }) };
const unpack = { ".br": promisify(brotliDecompress), ".gz": promisify(gunzip) };

const filesBelow = async (place) => {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
};

const used = new Set();

const twinOf = async (file, suffix, data) => {
  const known = cache && join(cache, createHash("sha256").update(data).digest("hex") + suffix);
  if (known) {
    used.add(known);
    try {
      const kept = await readFile(known);
      if (data.equals(await unpack[suffix](kept))) {
        return await writeFile(file + suffix, kept);
      }
    } catch {
      // It was not made yet, or is damaged.
    }
  }
  const packed = await twins[suffix](data);
  if (packed.length < data.length) {
    await writeFile(file + suffix, packed);
    if (known) {
      // Whole or not at all: a run may be interrupted.
      await copyFile(file + suffix, `${known}.new`);
      await rename(`${known}.new`, known);
    }
  }
};

if (cache) {
  await mkdir(cache, { recursive: true });
}
const files = await filesBelow(folder);
const names = new Set(files);
await Promise.all(
  files
    .filter((file) => suffixes.some((suffix) => file.endsWith(suffix)))
    .map(async (file) => {
      const data = await readFile(file);
      const missing = Object.keys(twins).filter((suffix) => data.length >= SMALLEST && !names.has(file + suffix));
      await Promise.all(missing.map((suffix) => twinOf(file, suffix, data)));
    }),
);
if (cache) {
  const old = (await filesBelow(cache)).filter((file) => !used.has(file));
  await Promise.all(old.map((file) => rm(file)));
}
