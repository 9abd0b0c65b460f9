/**
 * A signal that Ctrl-C or SIGTERM aborts, once; a second one ends the process as usual. So does the end of the sweep that
 * started this process, even by `kill -9`: it must not train on unseen beside the sweep's next start.
 */
export function stopSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const stop = () => {
    release();
    controller.abort();
    process.stderr.write('\nstopping at the end of this step…\n');
  };
  const release = () => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    process.off('disconnect', stop);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (process.connected) process.on('disconnect', stop);
  return { signal: controller.signal, release };
}
