/**
 * A signal that Ctrl-C or SIGTERM aborts, once; a second one ends the process as usual. So does the end of the sweep that
 * started this process, even by `kill -9`: it must not train on unseen beside the sweep's next start.
 */
export function stopSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const abandoned = () => {
    release();
    controller.abort();
  };
  const stop = () => {
    abandoned();
    process.stderr.write('\nstopping at the end of this step…\n');
  };
  const release = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    process.off('disconnect', abandoned);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // Nothing is said then: who would have read it is gone, and writing to it would end this process before it has saved.
  if (process.connected) process.on('disconnect', abandoned);
  else if (process.send) abandoned();
  return { signal: controller.signal, release };
}
