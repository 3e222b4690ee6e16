// Zip files that come out the same bytes for the same content.

import { zipSync } from 'fflate';

/** The earliest time that a zip can hold. */
const mtime = new Date(1980, 0, 1);

/** @param {[string, Uint8Array][]} files names with slashes, and contents */
export const zip = (files) =>
  zipSync(Object.fromEntries(files.map(([name, bytes]) => [name, [bytes, { mtime, level: 9 }]])));
