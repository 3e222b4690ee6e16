// node run_module.mjs FILE [ARGUMENT...]: starts a web module, which runs its main, and ends with its
// threads. The module takes its arguments from the command line, less FILE.
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// Node 20 needs to be asked for relaxed SIMD, later ones no longer know the flag.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');

const [file] = process.argv.splice(2, 1);
const { default: start } = await import(pathToFileURL(file).href);
await start();
process.exit();
