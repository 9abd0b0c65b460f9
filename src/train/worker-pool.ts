import { Piscina } from 'piscina';

/**
 * Worker threads that live until the pool is destroyed: a worker keeps what it has made, and must not go when it has
 * nothing to do for a while.
 * @param module the worker's, without its ending, beside the module that asks (`import.meta.url`)
 * @param workerData what each worker is given once
 */
export function createWorkerPool(module: string, askedBy: string, workerData: unknown, workers: number): Piscina {
  // Where the sources run unbuilt, as in tests, the worker is TypeScript too.
  const source = askedBy.endsWith('.ts');
  return new Piscina({
    filename: new URL(`${module}${source ? '.ts' : '.js'}`, askedBy).href,
    ...(source ? { execArgv: ['--import', 'tsx'] } : {}),
    workerData,
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Number.POSITIVE_INFINITY,
  });
}
