// Opens the store at the first argument, adds an image, closes it.
import { openStore } from '../../../src/store/index.ts';
import { addEmptyImage } from '../sample.ts';

await using store = await openStore({ root: process.argv[2] ?? '' });
addEmptyImage(store, String(process.pid), [`process-${process.pid}`]);
