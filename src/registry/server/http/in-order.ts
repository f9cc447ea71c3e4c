// Requests that a client sends ahead of the answers (RFC 9112, 9.3.2): each is begun when the one before it is answered.

import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that may wait on a connection; clients of registries send none ahead. */
const mostWaiting = 100;

interface Line {
  last?: ServerResponse;
  waiting: number;
}

/**
 * Answers the requests of each connection one after another. Node would have them answered at once, and tells those whose turn has not
 * come nothing of the connection's end: what they had opened would stay open.
 */
export function inOrder(answer: RequestListener): RequestListener {
  const lines = new WeakMap<Socket, Line>();
  return (request, response) => {
    const { socket } = request;
    const line: Line = lines.get(socket) ?? { waiting: 0 };
    const before = line.last;
    line.last = response;
    lines.set(socket, line);
    if (!before || before.closed) return answer(request, response);
    line.waiting += 1;
    if (line.waiting > mostWaiting) socket.destroy();
    before.once('close', () => {
      line.waiting -= 1;
      // Without a socket the connection ended before its turn.
      if (response.socket) answer(request, response);
    });
  };
}
