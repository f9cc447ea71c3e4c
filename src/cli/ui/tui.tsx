// The terminal view of a build, drawn with Ink.

import { Box, render, Text, useAnimation } from 'ink';
import type { ReactElement } from 'react';
import type { ProgressEvent } from '../../core/index.ts';
import { type LogExtent, noSteps, reduceSteps, type StepsView, type StepView, shownLog } from './steps.ts';
import { fit, humanSize, safeText } from './text.ts';
import type { ProgressView } from './view.ts';

const framesPerSecond = 12;
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Lines of live output under a running step, and of a failed one when it stays on screen. */
const extents: Partial<Readonly<Record<StepView['status'], LogExtent>>> = {
  running: { head: 2, tail: 4 },
  failed: { head: 5, tail: 20 },
};

/** Draws events on `stream` until it is closed; the last state stays on the screen. */
export function openTui(stream: NodeJS.WriteStream, title: string): ProgressView {
  let view = noSteps;
  let dirty = true;
  const started = Date.now();
  const draw = (final: boolean) => (
    <BuildView
      view={view}
      title={title}
      started={started}
      now={Date.now()}
      // A terminal that nobody gave a size says that it has none.
      width={stream.columns || 80}
      height={stream.rows || 24}
      final={final}
    />
  );
  const screen = render(draw(false), { stdout: stream, exitOnCtrlC: false, patchConsole: false });
  const timer = setInterval(() => {
    if (dirty || view.steps.some((step) => step.status === 'running')) screen.rerender(draw(false));
    dirty = false;
  }, 1000 / framesPerSecond);
  return {
    onEvent: (event: ProgressEvent) => {
      view = reduceSteps(view, event);
      dirty = true;
    },
    close: async () => {
      clearInterval(timer);
      screen.rerender(draw(true));
      screen.unmount();
      await screen.waitUntilExit();
    },
  };
}

/** What {@link BuildView} draws; times in milliseconds since the epoch, sizes in character cells. */
export interface BuildViewProps {
  readonly view: StepsView;
  readonly title: string;
  readonly started: number;
  readonly now: number;
  readonly width: number;
  readonly height: number;
  /** The last frame: nothing more will change, so height does not matter. */
  readonly final: boolean;
}

/** The whole view: a headline, the steps that fit, the output of those that run or failed. */
export function BuildView({ view, title, started, now, width, height, final }: BuildViewProps): ReactElement {
  const shown = final ? view.steps : fitting(view.steps, height - 4);
  const hidden = view.steps.length - shown.length;
  return (
    <Box flexDirection="column" width={width}>
      <Headline view={view} title={title} elapsed={now - started} />
      {hidden > 0 && <Text dimColor>{`  … ${hidden} finished or waiting steps not shown`}</Text>}
      {shown.map((step) => (
        <StepRows key={step.id} step={step} now={now} width={width} final={final} />
      ))}
      {view.warnings.map((warning) => (
        <Text key={warning} color="yellow">{`  ! ${fit(safeText(warning), width - 4)}`}</Text>
      ))}
    </Box>
  );
}

function Headline({
  view,
  title,
  elapsed,
}: {
  readonly view: StepsView;
  readonly title: string;
  readonly elapsed: number;
}): ReactElement {
  const count = (status: StepView['status']) => view.steps.filter((step) => step.status === status).length;
  const [done, cached, failed] = [count('done'), count('cached'), count('failed')];
  return (
    <Box>
      <Text bold>{title} </Text>
      <Text>{seconds(elapsed)} </Text>
      <Text color={failed ? 'red' : 'green'}>{`${done + cached}/${view.steps.length} steps`}</Text>
      {cached > 0 && <Text color="cyan">{` · ${cached} cached`}</Text>}
      {failed > 0 && <Text color="red">{` · ${failed} failed`}</Text>}
    </Box>
  );
}

function StepRows({
  step,
  now,
  width,
  final,
}: {
  readonly step: StepView;
  readonly now: number;
  readonly width: number;
  readonly final: boolean;
}): ReactElement {
  const time = step.started === undefined ? '' : seconds((step.ended ?? now) - step.started);
  const right = step.status === 'cached' ? 'cached' : time;
  const name = fit(safeText(step.name), Math.max(10, width - right.length - 6));
  const output = final && step.status === 'running' ? [] : outputOf(step);
  return (
    <Box flexDirection="column">
      <Box justifyContent="space-between" width={width - 1}>
        <Box>
          <Mark step={step} />
          <Text dimColor={step.status === 'waiting'} bold={step.status === 'failed'}>{` ${name}`}</Text>
        </Box>
        <Text color={step.status === 'cached' ? 'cyan' : 'gray'}>{right}</Text>
      </Box>
      {step.misses.map((reason) => (
        <Text key={reason} color="yellow">{`      ${fit(safeText(reason), width - 8)}`}</Text>
      ))}
      {step.progress && <Text dimColor>{`      ${fit(progressText(step.progress), width - 8)}`}</Text>}
      {output.length > 0 && <Output lines={output} width={width} />}
    </Box>
  );
}

function outputOf(step: StepView): readonly string[] {
  const extent = extents[step.status];
  return extent ? shownLog(step, extent) : [];
}

function Output({
  lines,
  width,
}: {
  readonly lines: readonly string[];
  readonly width: number;
}): ReactElement {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a log have no identity but their place
        <Text key={index} dimColor>{`    │ ${fit(line, width - 8)}`}</Text>
      ))}
    </Box>
  );
}

const marks = {
  waiting: { sign: '·', colour: 'gray' },
  done: { sign: '✓', colour: 'green' },
  cached: { sign: '✓', colour: 'cyan' },
  failed: { sign: '✗', colour: 'red' },
  cancelled: { sign: '–', colour: 'yellow' },
} as const;

function Mark({ step }: { readonly step: StepView }): ReactElement {
  if (step.status === 'running') return <Spinner />;
  const { sign, colour } = marks[step.status];
  return <Text color={colour}>{` ${sign}`}</Text>;
}

function Spinner(): ReactElement {
  const { frame } = useAnimation({ interval: 1000 / framesPerSecond });
  return <Text color="yellow">{` ${spinner[frame % spinner.length]}`}</Text>;
}

/** The steps that fit into `rows` lines: running and failed ones first, then the newest finished, then the next waiting, in their order. */
function fitting(steps: readonly StepView[], rows: number): readonly StepView[] {
  const cost = (step: StepView) => 1 + step.misses.length + (step.progress ? 1 : 0) + outputOf(step).length;
  const byWeight = [
    ...steps.filter((step) => step.status === 'running' || step.status === 'failed'),
    ...steps.filter((step) => step.ended !== undefined && step.status !== 'failed').reverse(),
    ...steps.filter((step) => step.status === 'waiting'),
  ];
  let left = rows;
  const chosen = new Set(
    byWeight.filter((step) => {
      const fits = cost(step) <= left;
      if (fits) left -= cost(step);
      return fits;
    }),
  );
  return steps.filter((step) => chosen.has(step));
}

function progressText({ label, current, total, unit }: NonNullable<StepView['progress']>): string {
  const amount = (count: number) => (unit === 'bytes' ? humanSize(count) : String(count));
  return total === undefined
    ? `${label} ${amount(current)}`
    : `${label} ${amount(current)} / ${amount(total)}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)}s`;
}
