// node run_module.mjs FILE: starts a web module, which runs its main, and ends with its threads.
import { pathToFileURL } from 'node:url';

const { default: start } = await import(pathToFileURL(process.argv[2]).href);
await start();
process.exit();
