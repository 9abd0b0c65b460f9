import { appendFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { crc32c } from '../crc32c.js';
import { InputError, reason } from '../errors.js';
import { writeWhole } from '../files.js';
import type { EpochMetrics } from './run.js';

const beginning = 'events.out.tfevents.';

/**
 * Writes what TensorBoard shows of a run, `events.out.tfevents.SECONDS.fiducial` in its folder; SECONDS since 1970 is when the
 * training began. The first call writes all epochs anew: what a kill left behind is gone, and those of a resumed run stand there
 * once. Later calls append the last one, so that a TensorBoard that has the file open sees it.
 * Throws an InputError that names the file where it cannot be written.
 */
export function eventWriter(folder: string): (metrics: readonly EpochMetrics[]) => void {
  let file: string | undefined;
  return (metrics) => {
    if (file === undefined) {
      file = join(folder, eventFileOf(folder, metrics));
      writeWhole(file, ...eventRecords(metrics, startOf(file)));
      return;
    }
    try {
      appendFileSync(file, eventRecords(metrics, startOf(file)).at(-1)!);
    } catch (error) {
      throw new InputError(`cannot write ${file}: ${reason(error)}`);
    }
  };
}

/** The file that is there, or a new name: the run began before the epochs that it has. */
function eventFileOf(folder: string, metrics: readonly EpochMetrics[]): string {
  const there = existsSync(folder) ? readdirSync(folder).find((name) => eventFile.test(name)) : undefined;
  const seconds = metrics.reduce((sum, epoch) => sum + epoch.seconds, 0);
  return there ?? `${beginning}${Math.floor(Date.now() / 1000 - seconds)}.fiducial`;
}

const eventFile = /^events\.out\.tfevents\.(\d+)\.fiducial$/;

const startOf = (file: string): number => Number(/\.(\d+)\.fiducial$/.exec(file)![1]);

/**
 * A record that names the format's version, then one an epoch. An epoch's time is the start and the seconds trained since:
 * breaks do not count, and the same metrics give the same bytes.
 */
export function eventRecords(metrics: readonly EpochMetrics[], start: number): Uint8Array[] {
  let time = start;
  return [
    record(event(start, (proto) => proto.tag(3, WireType.LengthDelimited).string('brain.Event:2'))),
    ...metrics.map((epoch) => {
      time += epoch.seconds;
      return record(
        event(time, (proto) => {
          proto.tag(2, WireType.Varint).int64(epoch.epoch);
          proto.tag(5, WireType.LengthDelimited).bytes(summary(scalars(epoch)));
        }),
      );
    }),
  ];
}

/** What is shown, by its name there; those of one beginning stand together. */
const scalars = (epoch: EpochMetrics): Record<string, number> => ({
  'loss/training': epoch.trainLoss,
  'loss/validation': epoch.validationLoss,
  'validation error in pixels/mean': epoch.validationPixels.mean,
  'validation error in pixels/median': epoch.validationPixels.median,
  'training/learning rate': epoch.learningRate,
  'training/images per second': epoch.imagesPerSecond,
});

// Messages Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; } and
// Summary { repeated Value value = 1; } with Value { string tag = 1; float simple_value = 2; }: TensorFlow's
// core/util/event.proto and core/framework/summary.proto. Six fields need no generated code.

function event(time: number, content: (proto: BinaryWriter) => void): Uint8Array {
  const proto = new BinaryWriter();
  proto.tag(1, WireType.Bit64).double(time);
  content(proto);
  return proto.finish();
}

function summary(values: Readonly<Record<string, number>>): Uint8Array {
  const proto = new BinaryWriter();
  for (const [tag, value] of Object.entries(values)) {
    proto.tag(1, WireType.LengthDelimited).fork();
    proto.tag(1, WireType.LengthDelimited).string(tag);
    proto.tag(2, WireType.Bit32).float(value);
    proto.join();
  }
  return proto.finish();
}

/** TFRecord: length (64 bit), its masked checksum, the data, their masked checksum; all little-endian. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(bytes.subarray(0, 8))), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(data)), true);
  return bytes;
}

/** A checksum of data that hold checksums: turned by 15 bits, and a constant added. */
const masked = (crc: number): number => (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
