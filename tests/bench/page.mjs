import { Bench } from './measure.mjs';

let bench;
globalThis.command = async (command, values) => {
  try {
    if (command === 'start') bench = await Bench.start(...values);
    else return await bench[command](...values);
  } catch (error) {
    return { refused: String(error?.message ?? error).slice(0, 160) };
  }
  return undefined;
};
globalThis.ready = true;
