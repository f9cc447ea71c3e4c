// The warnings of a build's checks, told together when it has ended.

import type { EventSink, ProgressEvent } from '../../../core/index.ts';
import { palette } from '../style.ts';
import type { ProgressView } from '../view.ts';
import { shownText } from './shown-text.ts';

type Warning = Extract<ProgressEvent, { readonly kind: 'warning' }>;

/** A view that ends with the list of the warnings that checks gave, in BuildKit's form, after `gap`. */
export function withCheckSummary(
  view: ProgressView,
  stream: NodeJS.WriteStream,
  gap: '' | '\n',
): ProgressView {
  const warnings: Warning[] = [];
  const onEvent: EventSink = (event) => {
    if (event.kind === 'warning' && event.rule !== undefined) warnings.push(event);
    view.onEvent(event);
  };
  const close = async () => {
    await view.close();
    const summary = checkSummary(warnings.splice(0), palette(stream).yellow);
    if (summary !== '') stream.write(gap + summary);
  };
  return { onEvent, close };
}

/** ` 2 warnings found …` with a line for each; empty where there are none. */
export function checkSummary(
  warnings: readonly Pick<Warning, 'message'>[],
  paint: (text: string) => string,
): string {
  if (warnings.length === 0) return '';
  const count = warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`;
  const lines = warnings.map(({ message }) => ` - ${shownText(message)}\n`);
  return ` ${paint(`${count} found (use caisson build --check to expand):`)}\n${lines.join('')}`;
}
