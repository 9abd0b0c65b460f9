/** `npm start`: the tour, or with a path the tour of the data there; with a command's name that command, as `fiducial` itself. */
import { existsSync } from 'node:fs';

const [first] = process.argv.slice(2);
if (first === undefined || /[/\\:]/.test(first) || existsSync(first)) process.argv.splice(2, 0, 'tour');
await import('./main.js');
