// node run_module.mjs FILE: starts a web module, which runs its main, and ends with its threads.
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// Node 20 needs to be asked for relaxed SIMD, later ones no longer know the flag.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');

const { default: start } = await import(pathToFileURL(process.argv[2]).href);
await start();
process.exit();
