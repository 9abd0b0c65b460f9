import type { Graph, Value } from '../tensor/graph.js';
import type { Initialiser } from '../tensor/initialise.js';
import type { Shape } from '../tensor/types.js';

/** A line of the layer table. */
export interface LayerRow {
  /** PyTorch's name of the layer, e.g. `Conv2d`. */
  readonly type: string;
  /** Output shape without the batch axis. */
  readonly shape: Shape;
  readonly parameters: number;
}

/** What a network is built in: the graph, and what its layers tell of themselves. */
export interface Scope {
  readonly graph: Graph;
  /** Training form: batch norm by the batch, dropout at work. */
  readonly training: boolean;
  readonly rows: LayerRow[];
  /** By name of the parameter or buffer. */
  readonly initialisers: Map<string, Initialiser>;
}

/** Adds a line to the layer table. */
export function tell(scope: Scope, type: string, output: Value, parameters = 0): void {
  scope.rows.push({ type, shape: output.shape.slice(1), parameters });
}
