// LABEL, USER, VOLUME, STOPSIGNAL, MAINTAINER and ONBUILD.

import {
  type Label,
  type Maintainer,
  type Onbuild,
  type Stopsignal,
  suggest,
  type User,
  type Volume,
} from '../../../../grammar/index.ts';
import { plainList } from '../go-text.ts';
import { ProblemError } from '../problem.ts';
import { signalNames } from '../signals.ts';
import { present, withConfig } from '../state.ts';
import { type Dispatch, expanded } from '../step.ts';
import { configured } from './config.ts';

/** LABEL: keys and values are expanded. */
export const dispatchLabel: Dispatch<Label> = (step) => {
  const pairs = step.instruction.pairs.map(
    ({ key, value, keyRange, valueRange }) =>
      [expanded(step, key, keyRange), expanded(step, value, valueRange)] as const,
  );
  const labels = step.state.labels.with(pairs);
  const text = pairs.map(([key, value]) => `${key}=${value}`).join(' ');
  return configured(step, { ...step.state, labels }, `LABEL ${text}`);
};

/** USER: for the steps that follow and for the container. */
export const dispatchUser: Dispatch<User> = (step) => {
  const { text, range } = step.instruction.user;
  const user = expanded(step, text, range);
  return configured(step, withConfig(step.state, { User: user }), `USER ${user}`);
};

/** VOLUME: declared in the image; the build itself does not mount it. */
export const dispatchVolume: Dispatch<Volume> = (step) => {
  const paths = step.instruction.paths.map(({ text, range }) => {
    const path = expanded(step, text, range);
    if (path !== '') return path;
    throw new ProblemError({
      code: 'VOLUME_INVALID',
      message: 'VOLUME specified can not be an empty string',
      range,
    });
  });
  const volumes = step.state.volumes.with(paths.map((path) => [path, present]));
  return configured(step, { ...step.state, volumes }, `VOLUME ${plainList(paths)}`);
};

/** STOPSIGNAL: a number, or a name with or without `SIG`. */
export const dispatchStopsignal: Dispatch<Stopsignal> = (step) => {
  const { text, range } = step.instruction.signal;
  const signal = expanded(step, text, range);
  if (!isSignal(signal)) throw invalidSignal(signal, range);
  return configured(step, withConfig(step.state, { StopSignal: signal }), `STOPSIGNAL ${signal}`);
};

/** MAINTAINER: the image's author. */
export const dispatchMaintainer: Dispatch<Maintainer> = (step) => {
  const author = step.instruction.name.text;
  return configured(step, { ...step.state, author }, `MAINTAINER ${author}`);
};

/** ONBUILD: kept for the images built from this one; it has no line in the history. */
export const dispatchOnbuild: Dispatch<Onbuild> = (step) => {
  const triggers = [...(step.state.config.OnBuild ?? []), step.instruction.expression];
  return configured(step, withConfig(step.state, { OnBuild: triggers }), undefined);
};

function isSignal(text: string): boolean {
  if (/^[+-]?\d+$/.test(text)) return Number(text) !== 0;
  return signalNames.has(text.toUpperCase().replace(/^SIG/, ''));
}

function invalidSignal(signal: string, range: Stopsignal['range']): ProblemError {
  const near = suggest(signal.toUpperCase().replace(/^SIG/, ''), [...signalNames]);
  return new ProblemError({
    code: 'SIGNAL_INVALID',
    message: `invalid signal: ${signal}`,
    hint: 'Give a name such as SIGTERM, SIGINT or SIGRTMIN+3, or a number above 0.',
    range,
    ...(near === undefined ? {} : { suggestion: `SIG${near}` }),
  });
}
