// A Node process that holds one engine and is told what to measure.
import { Bench } from './measure.mjs';

let bench;
process.on('message', async ({ id, command, values }) => {
  let result;
  try {
    if (command === 'start') bench = await Bench.start(...values);
    else result = await bench[command](...values);
  } catch (error) {
    result = { refused: String(error?.message ?? error).slice(0, 160) };
  }
  process.send({ id, result });
});
process.on('disconnect', () => process.exit(0));
