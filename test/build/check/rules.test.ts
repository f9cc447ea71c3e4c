// Each of our own rules: what it finds, what is near but right, and that it can be left out under each of its names.

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { rules } from '../../../src/build/check/index.ts';
import { checkText } from './place.ts';

interface Cases {
  readonly rule: string;
  /** Dockerfiles with the line and, where it is known, the column of each finding: `3:8`. */
  readonly hits: readonly (readonly [text: string, ...places: readonly string[]])[];
  readonly misses: readonly string[];
}

const from = 'FROM sample-plain:latest\n';
const bash = `${from}SHELL ["/bin/bash", "-o", "pipefail", "-c"]\n`;

const table: readonly Cases[] = [
  {
    rule: 'AptVersionUnpinned',
    hits: [
      [`${from}RUN apt-get update && apt-get install -y curl=8.14.1-2 git`, '2:23'],
      [`${from}RUN set -eux; \\\n  apt-get install -y \\\n  # comment\n\n    curl`, '3:3'],
      [`${from}RUN <<E\napt-get update\n  apt install curl\nE`, '4:3'],
      [`${from}RUN ["apt-get", "install", "-y", "curl"]`, '2'],
      [`${from}ONBUILD RUN apt-get install -y curl`, '2:13'],
    ],
    misses: [
      `${from}RUN apt-get install -y -t stable curl=8.14.1-2 ./local.deb "git=\${GIT}" $more vim/stable`,
      `${from}RUN apt-get update && echo apt-get install curl`,
      `${from}RUN <<E\n#!/usr/bin/python3\napt-get install curl\nE`,
    ],
  },
  {
    rule: 'ApkVersionUnpinned',
    hits: [[`${from}RUN apk add --no-cache curl~=8.14 git`, '2:5']],
    misses: [`${from}RUN apk add --no-cache -t .deps 'curl>8' git=2 ./a.apk && apk update`],
  },
  {
    rule: 'PipVersionUnpinned',
    hits: [
      [`${from}RUN pip install flask==3.1.0 requests`, '2:5'],
      [`${from}RUN python3 -m pip install --upgrade pip`, '2:5'],
      [`${from}RUN cd /x && /venv/bin/pip3.12 install 'flask[async]'`, '2:14'],
    ],
    misses: [
      `${from}RUN pip install -r requirements.txt`,
      `${from}RUN pip install flask==3.1.0 'requests>=2,<3' . ./x.whl git+https://h/r@v1 --index-url https://h/simple`,
      `${from}RUN pip download flask`,
    ],
  },
  {
    rule: 'NpmVersionUnpinned',
    hits: [[`${from}RUN npm install -g typescript@5.9.3 @types/node eslint`, '2:5']],
    misses: [
      `${from}RUN npm ci && npm install && npm install --prefix /x`,
      `${from}RUN npm i express@5 @types/node@24 ./local x.tgz git+https://h/r.git`,
    ],
  },
  {
    rule: 'GemVersionUnpinned',
    hits: [[`${from}RUN gem install bundler rails:8.0`, '2:5']],
    misses: [`${from}RUN gem install bundler -v 2.6.2 && gem install rails:8.0 && gem update`],
  },
  {
    rule: 'AptListsKept',
    hits: [[`${from}RUN apt-get update && apt-get install -y a=1`, '2:5']],
    misses: [
      `${from}RUN apt-get update && apt-get install -y a=1 && rm -rf /var/lib/apt/lists/*`,
      `${from}RUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y a=1`,
      `${from}RUN --mount=type=tmpfs,dst=/var/lib/apt/lists/ apt-get update && apt-get install -y a=1`,
    ],
  },
  {
    rule: 'AptAssumeYesMissing',
    hits: [
      [`${from}RUN apt-get install a=1`, '2:5'],
      [`${from}RUN apt-get -q install a=1`, '2:5'],
    ],
    misses: [
      `${from}RUN apt-get install -qy a=1; apt-get -y install a=1; apt-get install -qq a=1; apt-get install --yes a=1`,
      `${from}RUN apt-get update; apt-get clean; apt-get install -q -q a=1; apt-get install -q=2 a=1`,
    ],
  },
  {
    rule: 'AptRecommendsInstalled',
    hits: [[`${from}RUN apt-get install -y a=1`, '2:5']],
    misses: [
      `${from}RUN apt-get install -y --no-install-recommends a=1`,
      `${from}RUN apt-get install -y -o APT::Install-Recommends=false a=1`,
    ],
  },
  {
    rule: 'AptInsteadOfAptGet',
    hits: [[`${from}RUN echo a && apt update`, '2:15']],
    misses: [`${from}RUN apt-get update; apt-cache show a; apt-mark hold a; echo apt`],
  },
  {
    rule: 'AptUpdateAlone',
    hits: [[`${from}RUN apt-get update`, '2:5']],
    misses: [`${from}RUN apt-get update && apt-get install -y a=1`, `${from}RUN apt-get clean`],
  },
  {
    rule: 'PipCacheKept',
    hits: [[`${from}RUN pip install a==1`, '2:5']],
    misses: [
      `${from}RUN pip install --no-cache-dir a==1`,
      `${from}ENV PIP_NO_CACHE_DIR=1\nRUN pip install a==1`,
      `${from}RUN --mount=type=cache,target=/root/.cache/pip pip install a==1`,
      `${from}RUN pip --version`,
    ],
  },
  {
    rule: 'ApkCacheKept',
    hits: [[`${from}RUN apk add a=1`, '2:5']],
    misses: [
      `${from}RUN apk add --no-cache a=1`,
      `${from}RUN apk add a=1 && rm -rf /var/cache/apk/*`,
      `${from}RUN --mount=type=cache,target=/var/cache/apk apk add a=1`,
    ],
  },
  {
    rule: 'CdInRun',
    hits: [[`${from}RUN cd /src && make && (cd sub; make)`, '2:5', '2:25']],
    misses: [`${from}RUN echo cd; cdrecord; make -C /src`, `${from}WORKDIR /src\nRUN make`],
  },
  {
    rule: 'SudoInRun',
    hits: [
      [`${from}RUN make && sudo make install`, '2:13'],
      [`${from}RUN if true; then /usr/bin/sudo x; fi`, '2:19'],
    ],
    misses: [`${from}RUN echo sudo; visudo; 'apt-get' install -y sudo=1`],
  },
  {
    rule: 'UselessCommandInRun',
    hits: [
      [`${from}RUN service nginx start`, '2:5'],
      [`${from}RUN a | ps`, '2:9'],
    ],
    misses: [`${from}RUN echo ssh; update-service; mkdir mount`],
  },
  {
    rule: 'PipefailMissing',
    hits: [
      [`${from}RUN wget -O - https://h/a | tar x | cat`, '2:29'],
      [`${from}SHELL ["/bin/bash", "-c"]\nRUN a |& b`, '3:10'],
    ],
    misses: [
      `${bash}RUN wget -O - https://h/a | tar x`,
      `${from}RUN set -o pipefail && a | b`,
      `${from}RUN set -eo pipefail; a | b`,
      `${from}RUN a || b; echo "a | b" 'c | d' \\| e`,
      `${from}SHELL ["pwsh", "-c"]\nRUN a | b`,
    ],
  },
  {
    rule: 'WgetAndCurl',
    hits: [[`${from}RUN wget a\nRUN curl b\nRUN wget c`, '3:5']],
    misses: [`${from}RUN wget a && wget b`, `${from}RUN wget a\n${from}RUN curl b`],
  },
  {
    rule: 'ConsecutiveRuns',
    hits: [[`${from}RUN a\nRUN b\nRUN c\nENV D=1\nRUN e\nRUN f`, '3', '7']],
    misses: [
      `${from}RUN a\nENV B=1\nRUN c`,
      `${from}RUN a\nRUN --mount=type=cache,target=/c b\nRUN --network=none c`,
      `${from}RUN a\n${from}RUN b`,
    ],
  },
  {
    rule: 'BaseImageUntagged',
    hits: [['ARG BASE=sample-plain\nFROM sample-plain\nFROM host:5000/a/b\nFROM $BASE', '2', '3', '4']],
    misses: [`FROM scratch AS a\nFROM a\nFROM sample-plain:1\nFROM sample-plain@sha256:${'a'.repeat(64)}`],
  },
  {
    rule: 'BaseImageLatest',
    hits: [['FROM sample-plain:latest', '1']],
    misses: ['FROM sample-plain:latest-1\nFROM sample-plain:12'],
  },
  {
    rule: 'AddInsteadOfCopy',
    hits: [
      [`${from}ADD a /b`, '2'],
      [`${from}ADD <<A /b\nx\nA`, '2'],
    ],
    misses: [
      `${from}ADD a.tar.gz /b\nADD https://h/a /b\nADD git@h:a/b.git /b\nADD $x /b\nADD --unpack=false a /b\nCOPY a /b`,
      `${from}ONBUILD ADD a /b`,
    ],
  },
  {
    rule: 'LastUserRoot',
    hits: [
      [`${from}USER app\nUSER root`, '3'],
      [`${from}USER 0:0`, '2'],
      [`${from}ARG U=root\nUSER $U`, '3'],
    ],
    misses: [
      `${from}USER root\nRUN a\nUSER app`,
      `${from}RUN a`,
      'FROM sample-plain:1 AS a\nUSER root\nFROM a\nUSER app',
    ],
  },
  {
    rule: 'FilesStoredTwice',
    hits: [
      [`${from}COPY app /app\nRUN chown -R app:app /app`, '3:5'],
      [`${from}ADD a /opt/bin/a\nENV B=1\nRUN mkdir /x && chmod +x /opt/bin/a`, '4:17'],
      [`${from}COPY app /srv/app/\nRUN chgrp -R app /srv`, '3:5'],
    ],
    misses: [
      `${from}COPY --chown=app app /app\nRUN chown -R app /var/lib/app /application`,
      `${from}RUN chmod -R a+x /app`,
      `FROM scratch AS a\nCOPY app /app\n${from}RUN chmod +x /app`,
    ],
  },
];

for (const { rule, hits, misses } of table) {
  suite(rule, () => {
    for (const [text, ...places] of hits) {
      test(`finds ${shortened(text)}`, async () => assert.deepEqual(await found(rule, text), places));
      for (const name of namesOf(rule)) {
        test(`is left out as ${name}: ${shortened(text)}`, async () => {
          assert.deepEqual(await found(rule, `# check=skip=${name}\n${text}`), []);
          assert.deepEqual(await found(rule, `# hadolint global ignore=${name}\n${text}`), []);
        });
      }
    }
    for (const text of misses)
      test(`passes ${shortened(text)}`, async () => assert.deepEqual(await found(rule, text), []));
  });
}

test('each of our rules has cases', () => {
  const ours = rules.filter(({ origin }) => origin === 'caisson').map(({ name }) => name);
  assert.deepEqual(table.map(({ rule }) => rule).toSorted(), ours.toSorted());
});

async function found(rule: string, text: string): Promise<readonly string[]> {
  const { warnings, failure } = await checkText(text);
  assert.equal(failure, undefined);
  return warnings
    .filter((warning) => warning.rule.name === rule)
    .map(({ lines, column }) => (column === undefined ? `${lines.start}` : `${lines.start}:${column}`));
}

function namesOf(rule: string): readonly string[] {
  const info = rules.find(({ name }) => name === rule);
  return [rule, ...(info?.hadolint === undefined ? [] : [info.hadolint])];
}

function shortened(text: string): string {
  return JSON.stringify(text.replace(from, '')).slice(0, 60);
}
