// Counters, gauges and histograms, and their text for Prometheus (exposition format 0.0.4).

/** Labels of a sample, in the order they are shown. */
export type Labels = Readonly<Record<string, string>>;

/** Numbers that only grow, by labels. */
export interface Counter {
  add(labels: Labels, amount?: number): void;
}

/** Distributions over fixed buckets, by labels. */
export interface Histogram {
  observe(labels: Labels, value: number): void;
}

/** A set of metrics with one text. */
export interface Families {
  counter(name: string, help: string): Counter;
  histogram(name: string, help: string, buckets: readonly number[]): Histogram;
  /** Asked for its samples when the text is made. */
  gauge(name: string, help: string, read: () => Promise<readonly Sample[]> | readonly Sample[]): void;
  text(): Promise<string>;
}

/** A value with its labels. */
export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

type Family = () => Promise<string> | string;

/** A new set of metrics; labels come from fixed sets, so that it does not grow with what clients send. */
export function metricFamilies(): Families {
  const families: Family[] = [];
  return {
    counter(name, help) {
      const values = new Map<string, number>();
      families.push(() => head(name, help, 'counter') + lines(name, values));
      return {
        add(labels, amount = 1) {
          const key = labelText(labels);
          values.set(key, (values.get(key) ?? 0) + amount);
        },
      };
    },
    histogram(name, help, buckets) {
      const values = new Map<string, Distribution>();
      families.push(() => head(name, help, 'histogram') + distributions(name, values, buckets));
      return {
        observe(labels, value) {
          const key = labelText(labels);
          const known = values.get(key) ?? { counts: buckets.map(() => 0), sum: 0, count: 0, labels };
          values.set(key, known);
          buckets.forEach((bound, index) => {
            if (value <= bound) known.counts[index] = (known.counts[index] ?? 0) + 1;
          });
          known.sum += value;
          known.count += 1;
        },
      };
    },
    gauge(name, help, read) {
      families.push(async () => {
        const samples = (await read()).map(({ labels = {}, value }) => [labelText(labels), value] as const);
        return head(name, help, 'gauge') + lines(name, samples);
      });
    },
    async text() {
      return (await Promise.all(families.map((family) => family()))).join('');
    },
  };
}

interface Distribution {
  readonly labels: Labels;
  /** Observations up to each bound. */
  readonly counts: number[];
  sum: number;
  count: number;
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function lines(name: string, values: Iterable<readonly [string, number]>): string {
  return [...values].map(([labels, value]) => `${name}${labels} ${value}\n`).join('');
}

function distributions(
  name: string,
  values: ReadonlyMap<string, Distribution>,
  buckets: readonly number[],
): string {
  return [...values]
    .map(([key, { labels, counts, sum, count }]) => {
      const bounds: readonly (readonly [number | '+Inf', number])[] = [
        ...buckets.map((bound, index) => [bound, counts[index] ?? 0] as const),
        ['+Inf', count],
      ];
      const rows = bounds.map(
        ([bound, upTo]) => `${name}_bucket${labelText({ ...labels, le: `${bound}` })} ${upTo}\n`,
      );
      return `${rows.join('')}${name}_sum${key} ${sum}\n${name}_count${key} ${count}\n`;
    })
    .join('');
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
